import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import {
  batches,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  gradientPenalty,
  hingeLoss,
  leakyRelu,
  leastSquaresLoss,
  minimaxLoss,
  mlp,
  nonSaturatingLoss,
  r1Penalty,
  relativisticLoss,
  train,
  wassersteinLoss,
  type AdversarialLoss,
  type Critic,
  type GanTrainerOptions,
} from '../../src/index.js';

afterEach(() => {
  tf.disposeVariables();
});

interface Game extends Partial<GanTrainerOptions> {
  readonly loss: AdversarialLoss;
  readonly seed: number;
  readonly rates?: { readonly generator: number; readonly discriminator: number };
}

/** A game on a ring of eight modes; the verdicts of its reports, by update, until one stops it. */
async function play({ seed, rates = { generator: 1e-3, discriminator: 1e-3 }, ...options }: Game, steps: number) {
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
  const runs = train(trainer, source, { steps, reportEvery: 50, yieldEvery: 50, stopOn: () => true });
  for await (const { step, verdicts } of runs) seen.push(...verdicts.map((verdict) => ({ step, ...verdict })));
  trainer.dispose();
  data.dispose();
  return seen;
}

const r1 = (critic: Critic, real: tf.Tensor) => tf.mul(0.1, r1Penalty(critic, real));

/** Games take their thousands of updates ten times as long on the cpu backend: SLOW=1 plays them there too. */
const isSlow = tf.getBackend() === 'cpu' && process.env['SLOW'] === undefined;

test.skipIf(isSlow).each([1, 2, 3])(
  'a game whose generator outruns the discriminator is called collapsed within 500 updates, seed %i',
  async (seed) => {
    const rates = { generator: 1e-2, discriminator: 1e-4 };
    const seen = await play({ loss: nonSaturatingLoss, seed, rates }, 500);
    expect(seen.map(({ kind }) => kind)).toEqual(['mode collapse']);
    expect(seen[0]!.step).toBeLessThanOrEqual(500);
  },
);

test.skipIf(isSlow).each<[string, Game]>([
  ['non-saturating with R1', { loss: nonSaturatingLoss, penalty: r1, seed: 1 }],
  ['non-saturating with R1', { loss: nonSaturatingLoss, penalty: r1, seed: 2 }],
  ['minimax with R1', { loss: minimaxLoss, penalty: r1, seed: 3 }],
  ['minimax with R1', { loss: minimaxLoss, penalty: r1, seed: 4 }],
  ['least squares with R1', { loss: leastSquaresLoss, penalty: r1, seed: 5 }],
  ['least squares with R1', { loss: leastSquaresLoss, penalty: r1, seed: 6 }],
  ['hinge with R1', { loss: hingeLoss, penalty: r1, seed: 7 }],
  ['relativistic with R1', { loss: relativisticLoss, penalty: r1, seed: 8 }],
  ['relativistic with R1', { loss: relativisticLoss, penalty: r1, seed: 9 }],
  [
    'Wasserstein with a gradient penalty',
    {
      loss: wassersteinLoss,
      seed: 10,
      discriminatorSteps: 5,
      rates: { generator: 1e-4, discriminator: 1e-4 },
      penalty: (critic, real, fake, random) => tf.mul(0.1, gradientPenalty(critic, real, fake, { mix: random })),
    },
  ],
])('a healthy game raises no verdict: %s', async (_, game) => {
  expect(await play(game, 600 * (game.discriminatorSteps ?? 1))).toEqual([]);
});
