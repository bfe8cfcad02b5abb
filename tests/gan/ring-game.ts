import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  leakyRelu,
  mlp,
  r1Penalty,
  train,
  type AdversarialLoss,
  type Critic,
  type GanTrainerOptions,
} from '../../src/index.js';
import { stopOn } from '../../src/run/index.js';

/** A game between small networks on a ring of eight modes, whose training is healthy or not. */
export interface Game extends Partial<GanTrainerOptions> {
  readonly loss: AdversarialLoss;
  readonly seed: number;
  readonly rates?: { readonly generator: number; readonly discriminator: number };
}

/** A game on a ring of eight modes; the verdicts of its reports, by update, until one stops it. */
export async function play(
  { seed, rates = { generator: 1e-3, discriminator: 1e-3 }, ...options }: Game,
  steps: number,
) {
  const random = createRandom(seed);
  const network = (name: string, outputs: number) =>
    mlp({ sizes: [2, 48, 48, outputs], activation: leakyRelu, random: random.fork(name) });
  const adam = (learningRate: number) => createAdam({ learningRate, beta1: 0, beta2: 0.99 });
  const trainer = createGanTrainer({
    generator: createGenerator(network('generator', 2), { latentSize: 2 }),
    discriminator: createDiscriminator(network('discriminator', 1)),
    optimizers: { generator: adam(rates.generator), discriminator: adam(rates.discriminator) },
    random,
    ...options,
  });
  const data = tf.tidy(() => {
    const angle = tf.mul(Math.PI / 4, tf.cast(random.integers([2000, 1], 0, 8), 'float32'));
    const places = tf.mul(2, tf.concat([tf.cos(angle), tf.sin(angle)], 1));
    return tf.add(places, tf.mul(0.1, random.normal([2000, 2])));
  });
  const source = batches(data, { batchSize: 64, random });
  const seen: { step: number; kind: string; message: string }[] = [];
  const runs = train(trainer, source, { steps, reportEvery: 50, yieldEvery: 50, observers: [stopOn(() => true)] });
  for await (const { step, verdicts } of runs) seen.push(...verdicts.map((verdict) => ({ step, ...verdict })));
  trainer.dispose();
  data.dispose();
  return seen;
}

/** A penalty that keeps a discriminator smooth. */
export const r1 = (critic: Critic, real: tf.Tensor) => tf.mul(0.1, r1Penalty(critic, real));

/** A generator that moves a hundred times as far in an update as its discriminator. */
export const unequal = { generator: 1e-2, discriminator: 1e-4 };
