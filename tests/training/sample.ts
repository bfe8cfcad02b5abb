import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import {
  batches,
  bernoulli,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  dense,
  dropout,
  sequential,
  type Batch,
  type Optimizer,
  type Trainer,
  type VaeTrainerOptions,
} from '../../src/index.js';
import { count } from '../support/counts.js';

/** The bits of variables, so that -0 differs from 0 and NaN equals itself. */
export async function bitsOf(variables: readonly Tensor[]): Promise<number[][]> {
  const values = await Promise.all(variables.map((variable) => variable.data()));
  return values.map((numbers) => Array.from(new Uint32Array(Float32Array.from(numbers).buffer)));
}

export async function numbersOf(tensors: readonly Tensor[]): Promise<number[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  return values.flatMap((numbers) => Array.from(numbers));
}

/** Fails unless the work leaves as many tensors as it found. */
export async function withoutLeak<T>(work: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await work();
  expect(tf.memory().numTensors, 'tensors').toBe(before);
  count('leak checks, also of calls that throw');
  return result;
}

/** Everything a run may change: the bits of all variables and the plain part. */
export async function snapshot(trainer: Trainer): Promise<unknown> {
  const { variables, plain } = trainer.state;
  return { names: Object.keys(variables), bits: await bitsOf(Object.values(variables)), plain: structuredClone(plain) };
}

/** A trainer without a network: its loss is the mean of the batch, and it remembers what it saw. */
export function countingTrainer() {
  const seen: number[] = [];
  const trainer: Trainer<'loss'> = {
    step: (batch: Batch) => {
      const { x } = batch instanceof tf.Tensor ? { x: batch } : batch;
      seen.push(x.shape[0]);
      return { loss: tf.mean<tf.Scalar>(x) };
    },
    evaluate: (batch: Batch) => ({ loss: tf.mean<tf.Scalar>(batch instanceof tf.Tensor ? batch : batch.x) }),
    state: { variables: {}, plain: null },
    dispose: () => undefined,
  };
  return { trainer, seen };
}

/** So many batches of shape [rows, 2], the first full of 1, the next of 2 and so on. */
export function rowsOf(count: number, rows = 1): Tensor[] {
  return Array.from({ length: count }, (_, i) => tf.fill([rows, 2], i + 1));
}

/** 10 pictures of 6 pixels. */
export const pixels = {
  data: Float32Array.from({ length: 60 }, (_, i) => ((i * 7) % 11) / 10),
  shape: [10, 6],
};

/** A batch of 4 such pictures. */
export const batchOfPixels = (): tf.Tensor2D =>
  tf.tensor2d(
    Array.from({ length: 24 }, (_, i) => (i % 5) / 4),
    [4, 6],
  );

/** Such a batch with a number that is not one. */
export const poisonedBatch = (): tf.Tensor2D =>
  tf.tensor2d(
    Array.from({ length: 24 }, (_, i) => (i === 3 ? NaN : 0.5)),
    [4, 6],
  );

export interface TinyVae {
  readonly trainer: ReturnType<typeof createVaeTrainer>;
  readonly encoder: ReturnType<typeof createGaussianEncoder>;
  readonly decoder: ReturnType<typeof createDecoder>;
  readonly data: ReturnType<typeof tinyBatches>;
  dispose(): void;
}

export function tinyParts(seed: number) {
  const random = createRandom(seed);
  const body = (sizes: readonly [number, number, number], name: string) =>
    sequential([
      dense({ inputs: sizes[0], units: sizes[1], activation: tf.relu, random: random.fork(`${name}/1`) }),
      dropout({ rate: 0.25 }),
      dense({ inputs: sizes[1], units: sizes[2], random: random.fork(`${name}/2`) }),
    ]);
  const encoder = createGaussianEncoder(body([6, 8, 4], 'encoder'), { latentSize: 2 });
  const decoder = createDecoder(body([2, 8, 6], 'decoder'), { likelihood: bernoulli });
  return { encoder, decoder };
}

/** Batches of 4, 4 and 2 pictures, binarised again each time. */
export function tinyBatches(seed: number) {
  return batches(pixels, {
    batchSize: 4,
    random: createRandom(seed).fork('data'),
    transform: (batch, noise) => tf.cast(tf.less(noise.uniform(batch.shape), batch), 'float32'),
  });
}

/** A whole small run: dropout, and whatever options are given. */
export function tinyVae(
  optimizer: Optimizer | tf.Optimizer,
  { seed = 1, averaged = false, ...options }: Partial<VaeTrainerOptions> & { seed?: number; averaged?: boolean } = {},
): TinyVae {
  const parts = tinyParts(seed);
  const into = averaged ? tinyParts(seed + 100) : undefined;
  const trainer = createVaeTrainer({
    ...parts,
    optimizer,
    random: createRandom(seed),
    average: into && { into, decay: 0.9 },
    ...options,
  });
  return {
    ...parts,
    trainer,
    // the same data for trainers of all seeds: a run continues with its own data
    data: tinyBatches(1),
    dispose: () => {
      trainer.dispose();
      for (const part of [parts, into]) {
        part?.encoder.dispose();
        part?.decoder.dispose();
      }
    },
  };
}

/** A variable of these numbers. */
export function variableOf(numbers: readonly number[], shape: readonly number[] = [numbers.length]): Variable {
  return tf.tidy(() => tf.variable(tf.tensor([...numbers], [...shape], 'float32')));
}
