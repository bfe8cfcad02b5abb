import * as tf from '@tensorflow/tfjs-core';
import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { relativeError } from './relative-error.js';

type Operation = (...inputs: Tensor<Rank>[]) => Tensor;

/** Numbers that differ from each other, from -1 to 1, the same for the same seed. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function tensorOf(shape: readonly number[], seed: number): Tensor {
  return tf.tensor(numbers(tf.util.sizeFromShape([...shape]), seed), [...shape]);
}

/** The result of an operation and its gradients in every input, on one backend; leaves nothing behind on it. */
async function resultsOn(
  backend: string,
  operation: Operation,
  shapes: readonly (readonly number[])[],
  gradients: boolean,
) {
  await tf.setBackend(backend);
  const [tensors, ids] = [tf.memory().numTensors, tf.backend().numDataIds()];
  const results = tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tensorOf(shape, i + 1));
    const y = operation(...inputs);
    if (!gradients) return [y];
    const weights = tensorOf(y.shape, 99);
    return [y, ...tf.grads((...x: Tensor[]) => tf.sum(tf.mul(operation(...x), weights)))(inputs)];
  });
  const values = await Promise.all(results.map(async (x) => ({ shape: x.shape, values: await x.data() })));
  tf.dispose(results);
  expect(tf.memory().numTensors, `tensors left on ${backend}`).toBe(tensors);
  expect(tf.backend().numDataIds(), `memory left on ${backend}`).toBe(ids);
  return values;
}

/** Expects the operation and its gradients on wasm to be those of cpu, to 1e-4 relative. */
export async function expectAgreement(
  operation: Operation,
  shapes: readonly (readonly number[])[],
  { gradients = true } = {},
): Promise<void> {
  const expected = await resultsOn('cpu', operation, shapes, gradients);
  const received = await resultsOn('wasm', operation, shapes, gradients);
  received.forEach(({ shape, values }, i) => {
    const name = i === 0 ? 'the result' : `the gradient in input ${i}`;
    expect(shape, `shape of ${name}`).toEqual(expected[i]!.shape);
    expect(relativeError(values, expected[i]!.values), `relative error of ${name}`).toBeLessThan(1e-4);
  });
}
