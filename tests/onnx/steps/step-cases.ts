import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  bernoulli,
  createAdam,
  createConsistencyTrainer,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  dense,
  leakyRelu,
  nonSaturatingLoss,
  r1Penalty,
  sequential,
  spectralNorm,
  createRandom,
  createVaeTrainer,
  cosineSchedule,
  denoisingMlp,
  dit,
  flowSchedule,
  importanceWeightedObjective,
  mlp,
  predictFlow,
  predictVelocity,
  unet,
  type Trainer,
  type Batch,
} from '../../../src/index.js';
import { encodeTable } from '../../../src/tables/index.js';
import { trainers } from '../../contract/trainers.js';
import { tinyGenerator } from '../../gan/tiny-gan.js';
import { tinyDescription, tinyRows } from '../../tables/tiny-table.js';

/** A trainer whose steps are recorded, run in ONNX Runtime and compared with ours. */
export interface StepCase {
  readonly name: string;
  readonly make: () => Trainer;
  /** The batch of a step, counted from 0. The caller disposes it. */
  readonly batch: (step: number) => Batch;
  /** The players of one recording each, which take turns; by default one recording of what the game does. */
  readonly players?: readonly (readonly string[])[];
}

const adam = (learningRate = 2e-3) => createAdam({ learningRate });

/** Rows of 0 or 1 that are correlated, so that there is something to learn. */
const bits =
  (count: number, size: number) =>
  (step: number): Tensor =>
    tf.tidy(() => {
      const random = createRandom(1000 + step);
      const share = tf.mul(random.uniform([count, 1]), tf.div(tf.range(1, size + 1), size));
      return tf.cast(tf.less(random.uniform([count, size]), share), 'float32');
    });

/** Pictures of one blob each, with the half in which it is as the label. */
const blobs =
  (count: number, size: number) =>
  (step: number): Batch => {
    const random = createRandom(2000 + step);
    return tf.tidy(() => {
      const [places, axis] = [random.uniform([count, 2], 0, size), tf.range(0, size)];
      const bump = (i: number): Tensor => {
        const distance = tf.sub(tf.reshape(axis, [1, size]), tf.slice(places, [0, i], [-1, 1]));
        return tf.exp(tf.neg(tf.div(tf.square(distance), size / 2)));
      };
      const picture = tf.mul(tf.reshape(bump(0), [count, size, 1, 1]), tf.reshape(bump(1), [count, 1, size, 1]));
      const left = tf.less(tf.reshape(tf.slice(places, [0, 1], [-1, 1]), [count]), size / 2);
      return { x: tf.sub(tf.mul(picture, 2), 1), condition: tf.cast(left, 'int32') };
    });
  };

/** Points on a ring, with the half in which they are as the label. */
const ring =
  (count: number) =>
  (step: number): { x: Tensor; condition: Tensor } => {
    const random = createRandom(3000 + step);
    return tf.tidy(() => {
      const angles = random.uniform([count], 0, 2 * Math.PI);
      const x = tf.stack([tf.cos(angles), tf.sin(angles)], 1);
      return { x, condition: tf.cast(tf.greater(angles, Math.PI), 'int32') };
    });
  };

function vae(objective?: ReturnType<typeof importanceWeightedObjective>): Trainer {
  const random = createRandom(21);
  return createVaeTrainer({
    encoder: createGaussianEncoder(mlp({ sizes: [8, 16, 6], random: random.fork('encoder') }), { latentSize: 3 }),
    decoder: createDecoder(mlp({ sizes: [3, 16, 8], random: random.fork('decoder') }), { likelihood: bernoulli }),
    optimizer: adam(),
    random,
    clipNorm: 5,
    ...(objective && { objective }),
  });
}

/** A denoiser of pictures that is conditioned and averaged. */
function diffusion(network: (seed: number) => ReturnType<typeof unet>): Trainer {
  const make = (seed: number) =>
    createDenoiser(network(seed), { schedule: cosineSchedule({ steps: 50 }), predicts: predictVelocity });
  return createDiffusionTrainer({
    denoiser: make(1),
    optimizer: adam(1e-3),
    random: createRandom(22),
    dropCondition: 0.2,
    clipNorm: 1,
    average: { into: make(2), decay: 0.95 },
  });
}

const tinyUnet = (seed: number) =>
  unet({ channels: 1, widths: [4, 8], groups: 2, timeSize: 8, classes: 2, attention: [1], random: createRandom(seed) });
const tinyDit = (seed: number) =>
  dit({
    size: 8,
    channels: 1,
    width: 8,
    depth: 2,
    heads: 2,
    patch: 2,
    classes: 2,
    timeSize: 8,
    random: createRandom(seed),
  });

function consistency(): Trainer {
  const schedule = flowSchedule({ steps: 20 });
  const make = (seed: number) =>
    createDenoiser(denoisingMlp({ size: 2, width: 16, classes: 2, random: createRandom(seed) }), {
      schedule,
      predicts: predictFlow,
    });
  return createConsistencyTrainer({
    student: make(1),
    optimizer: adam(1e-3),
    random: createRandom(23),
    dropCondition: 0.2,
    average: { into: make(2), decay: 0.95 },
  });
}

const known = (name: string) => trainers.find((entry) => entry.name === name)!;

/** Sequences in which a token follows from the one before, some of which end early. */
const sequences = (step: number): Batch => {
  const random = createRandom(4000 + step);
  return tf.tidy(() => {
    const [first, more, length] = [
      random.integers([6, 1], 0, 3),
      random.integers([6, 1], 0, 2),
      random.integers([6, 1], 1, 4),
    ];
    const places = tf.range(0, 3, 1, 'int32');
    const tokens = tf.mod(tf.add(first, tf.mul(more, places)), tf.scalar(3, 'int32'));
    const ends = tf.where(tf.equal(places, length), tf.fill([6, 3], 3, 'int32'), tf.fill([6, 3], -1, 'int32'));
    return {
      x: tf.where(tf.less(places, length), tokens, ends),
      condition: tf.reshape(first, [6]),
    };
  });
};

const tableRows = (step: number): Batch => {
  const { data, shape } = encodeTable(
    tinyDescription,
    [0, 1, 2, 3, 4].map((i) => tinyRows[(step * 7 + i * 3) % 30]!),
  );
  return tf.tensor2d(data as Float32Array, [5, shape[1]!]);
};

/** The statistics are the generator's: those of a discriminator would show which way rounding moved the bias before them. */
function gan(): Trainer {
  const random = createRandom(24);
  const hidden = (inputs: number) => spectralNorm(dense({ inputs, units: 8, activation: leakyRelu, random }));
  return createGanTrainer({
    generator: tinyGenerator(1),
    discriminator: createDiscriminator(sequential([hidden(2), hidden(8), dense({ inputs: 8, units: 1, random })])),
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random,
    penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
    average: { into: tinyGenerator(2), decay: 0.9 },
  });
}
const pairs = (step: number): Batch => {
  const { x, condition } = ring(6)(step);
  condition.dispose();
  return x;
};

export const stepCases: readonly StepCase[] = [
  { name: 'a VAE', make: () => vae(), batch: bits(6, 8) },
  {
    name: 'an importance-weighted VAE',
    make: () => vae(importanceWeightedObjective({ samples: 4 })),
    batch: bits(6, 8),
  },
  {
    name: 'a hierarchical VAE with a flow and an average',
    make: known('a VAE of two levels with a flow on top and an average').make,
    batch: bits(5, 6),
  },
  { name: 'a GAN with R1, spectral norm and statistics', make: gan, batch: pairs },
  {
    name: 'that GAN, one player after the other',
    make: gan,
    batch: pairs,
    players: [['discriminator'], ['generator']],
  },
  { name: 'a U-Net', make: () => diffusion(tinyUnet), batch: blobs(4, 8) },
  { name: 'a DiT', make: () => diffusion(tinyDit), batch: blobs(4, 8) },
  { name: 'a consistency model', make: consistency, batch: ring(6) },
  {
    name: 'an autoregressive model of tokens',
    make: known('an autoregressive model of tokens').make,
    batch: sequences,
  },
  { name: 'a masked model of tokens', make: known('a masked model of tokens').make, batch: sequences },
  { name: 'a model of a table', make: known('a model of a table').make, batch: tableRows },
];
