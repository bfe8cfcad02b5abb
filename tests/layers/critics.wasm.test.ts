import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { initializers, layers as layer, sequential } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import {
  createDiscriminator,
  gradientPenalty,
  r1Penalty,
  wassersteinLoss,
  type AdversarialLoss,
  type Critic,
  type Discriminator,
} from '../../src/gan/index.js';
import { fromLayersModel } from '../../src/layers/index.js';
import { softplus } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createAdam, valueAndGradients } from '../../src/training/index.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** As many as the critic needs to learn, and all its batches seven times. */
const STEPS = 28;
const MOMENTUM = 0.9;
const training = { training: true };

/** A user's critic. Its first statistics are those of the data, so that they can be computed in advance. */
function newCritic(pooling: (options: { poolSize: number }) => tf.serialization.Serializable): Discriminator {
  const seeded = (seed: number) => ({ kernelInitializer: initializers.glorotUniform({ seed }) });
  const model = sequential({
    layers: [
      layer.batchNormalization({ momentum: MOMENTUM, inputShape: [6, 6, 1] }),
      layer.conv2d({ filters: 3, kernelSize: 3, padding: 'same', ...seeded(1) }),
      layer.batchNormalization({ momentum: MOMENTUM }),
      layer.leakyReLU({ alpha: 0.2 }),
      pooling({ poolSize: 2 }) as ReturnType<typeof layer.flatten>,
      layer.conv2d({ filters: 3, kernelSize: 2, activation: 'tanh', ...seeded(2) }),
      layer.flatten(),
      layer.dense({ units: 1, ...seeded(3) }),
    ],
  });
  return createDiscriminator(fromLayersModel(model));
}

const nonSaturating: AdversarialLoss = {
  discriminator: (real, fake) => tf.add(tf.mean(softplus(tf.neg(real))), tf.mean(softplus(fake))),
  generator: (fake) => tf.mean(softplus(tf.neg(fake))),
};

/** The moving mean and variance of one channel after these batches, in float64; they start at 0 and 1. */
async function moved(batches: readonly Tensor[]): Promise<[number, number]> {
  let [mean, variance] = [0, 1];
  for (const batch of batches) {
    const values = await read(batch);
    const m = values.reduce((sum, x) => sum + x, 0) / values.length;
    const v = values.reduce((sum, x) => sum + (x - m) ** 2, 0) / values.length;
    mean = MOMENTUM * mean + (1 - MOMENTUM) * m;
    variance = MOMENTUM * variance + (1 - MOMENTUM) * v;
  }
  return [mean, variance];
}

interface Run {
  readonly critic: Discriminator;
  readonly loss: AdversarialLoss;
  readonly penalty: (critic: Critic, real: Tensor, fake: Tensor) => Tensor;
}

/** Trains a critic, and checks every update: finite, no leak, statistics updated once. */
async function expectTraining({ critic, loss, penalty }: Run): Promise<void> {
  const random = createRandom(5);
  // images that are bright on the right, and noise
  const ramp = tf.reshape(tf.linspace(-1, 3, 6), [1, 1, 6, 1]);
  const real = [0, 1, 2, 3].map(() => tf.add(ramp, random.normal([4, 6, 6, 1])));
  const fake = random.uniform([4, 6, 6, 1]);
  const optimizer = createAdam({ learningRate: 5e-3, beta1: 0 });
  const { variables } = critic;
  optimizer.prepare(variables);
  const buffers = critic.buffers!;
  const untouched = await Promise.all(buffers.map(read));
  let before = -1;
  for (let step = 0; step < STEPS; step++) {
    const x = real[step % 4]!;
    const { value, gradients } = valueAndGradients(() => {
      const distance = loss.discriminator(critic.logits(x, training), critic.logits(fake, training));
      return tf.add(distance, penalty(critic, x, fake));
    }, variables);
    optimizer.apply(gradients, variables);
    if (step % 25 === 0) expect(Number.isFinite((await read(value))[0])).toBe(true);
    tf.dispose([value, gradients]);
    if (step === 1) before = tf.memory().numTensors;
  }
  expect(tf.memory().numTensors, 'tensors').toBe(before);
  const numbers = (await Promise.all(variables.map(read))).flat();
  expect(numbers.every(Number.isFinite), 'finite weights').toBe(true);
  const expected = await moved(Array.from({ length: STEPS }, (_, step) => real[step % 4]!));
  await expectClose(buffers[0]!, expected[0], { relative: 1e-4, absolute: 1e-5 });
  await expectClose(buffers[1]!, expected[1], { relative: 1e-4, absolute: 1e-5 });
  for (const i of [2, 3]) expect(await read(buffers[i]!)).not.toEqual(untouched[i]);
  // the critic has learnt to tell them apart
  const score = async (images: Tensor): Promise<number> => (await read(tf.mean(critic.logits(images, training))))[0]!;
  expect(await score(real[0]!)).toBeGreaterThan(await score(fake));
  optimizer.dispose();
  critic.dispose();
}

test('a WGAN-GP critic of tf.layers trains: batch normalisation, leakyReLU, average pooling, tanh', async () => {
  const random = createRandom(6);
  await expectTraining({
    critic: newCritic((options) => layer.averagePooling2d(options)),
    loss: wassersteinLoss,
    penalty: (critic, real, fake) => tf.mul(10, gradientPenalty(critic, real, fake, { mix: random })),
  });
});

test('one with R1 trains, its penalty with the statistics of the batch: max pooling', async () => {
  await expectTraining({
    critic: newCritic((options) => layer.maxPooling2d(options)),
    loss: nonSaturating,
    penalty: (critic, real) => r1Penalty({ logits: (x) => critic.logits(x, training) }, real),
  });
});
