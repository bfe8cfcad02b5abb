import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../src/random/index.js';

/** Rows of float32 numbers, so that a formula in float64 sees what the library sees. */
export type Rows = number[][];

/** A tensor of rows. */
export function tensorOf(rows: Rows): tf.Tensor2D {
  return tf.tensor2d(rows, [rows.length, rows[0]!.length]);
}

/** Normal rows, moved and scaled. */
export async function normalRows(seed: number, count: number, size: number, shift = 0, scale = 1): Promise<Rows> {
  const tensor = createRandom(seed).normal([count, size]);
  const values = await tensor.data();
  tensor.dispose();
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: size }, (_, j) => Math.fround(scale * values[i * size + j]! + shift)),
  );
}

/** Integers on a small grid: ties and equal rows everywhere. */
export async function gridRows(seed: number, count: number, size: number, width: number): Promise<Rows> {
  const tensor = createRandom(seed).integers([count, size], 0, width);
  const values = await tensor.data();
  tensor.dispose();
  return Array.from({ length: count }, (_, i) => Array.from(values.slice(i * size, (i + 1) * size)));
}

/** Runs a measure on new tensors and checks that it leaves none behind. */
export async function measured<T>(measure: (...sets: tf.Tensor2D[]) => Promise<T>, ...sets: Rows[]): Promise<T> {
  const tensors = sets.map(tensorOf);
  const before = tf.memory().numTensors;
  const result = await measure(...tensors);
  const after = tf.memory().numTensors;
  tf.dispose(tensors);
  if (after !== before) throw new Error(`The measure left ${after - before} tensors behind.`);
  return result;
}

export function squaredDistance(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, k) => sum + (value - y[k]!) ** 2, 0);
}

/** The squared distance of each row from its k-th nearest other row. */
export function balls(rows: Rows, k: number): number[] {
  return rows.map((row, i) => {
    const others = rows.filter((_, j) => j !== i).map((other) => squaredDistance(row, other));
    return others.sort((left, right) => left - right)[k - 1]!;
  });
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
