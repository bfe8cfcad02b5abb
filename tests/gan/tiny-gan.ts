import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  batchNorm,
  dense,
  dropout,
  leakyRelu,
  nonSaturatingLoss,
  r1Penalty,
  sequential,
  spectralNorm,
  type GanTrainerOptions,
} from '../../src/index.js';

/** A generator of pairs with batch norm, whose statistics are updated in training. */
export function tinyGenerator(seed: number) {
  const random = createRandom(seed);
  const network = sequential([
    dense({ inputs: 3, units: 5, random: random.fork('1') }),
    batchNorm({ inputs: 5 }),
    leakyRelu6(),
    dense({ inputs: 5, units: 2, random: random.fork('2') }),
  ]);
  return createGenerator(network, { latentSize: 3 });
}

/** A discriminator of pairs with batch norm, spectral norm and dropout. */
export function tinyDiscriminator(seed: number) {
  const random = createRandom(seed);
  const hidden = dense({ inputs: 2, units: 6, activation: leakyRelu, random: random.fork('1') });
  const network = sequential([
    spectralNorm(hidden),
    batchNorm({ inputs: 6 }),
    dropout({ rate: 0.25 }),
    dense({ inputs: 6, units: 1, random: random.fork('2') }),
  ]);
  return createDiscriminator(network);
}

function leakyRelu6() {
  return { apply: (x: tf.Tensor) => leakyRelu(x), variables: [], dispose: () => undefined };
}

export const adam = (learningRate = 0.01) => createAdam({ learningRate, beta1: 0.5 });

/** 10 pairs. */
export const pairs = {
  data: Float32Array.from({ length: 20 }, (_, i) => ((i * 7) % 11) / 10),
  shape: [10, 2],
};

/** Batches of 4, 4 and 2 pairs. */
export function pairBatches(seed: number) {
  return batches(pairs, { batchSize: 4, random: createRandom(seed).fork('data') });
}

/** A small but complete game with statistics, dropout and a penalty, and the given options. */
export function tinyGan({
  seed = 1,
  averaged = false,
  ...options
}: Partial<GanTrainerOptions> & { seed?: number; averaged?: boolean } = {}) {
  const [generator, discriminator] = [tinyGenerator(seed), tinyDiscriminator(seed + 50)];
  const into = averaged ? tinyGenerator(seed + 100) : undefined;
  const trainer = createGanTrainer({
    generator,
    discriminator,
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam(0.02) },
    random: createRandom(seed),
    penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
    average: into && { into, decay: 0.9 },
    ...options,
  });
  return {
    generator,
    discriminator,
    averaged: into,
    trainer,
    data: pairBatches(seed),
    dispose: () => {
      for (const owner of [trainer, generator, discriminator, into]) owner?.dispose();
    },
  };
}
