import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { count } from './counts.js';

/** The values that a test compares: a tensor, which is read, or plain numbers. */
export type Numbers = Tensor | ArrayLike<number> | number;

/** Reads numbers into a plain array; a tensor is not disposed. */
export async function read(numbers: Numbers): Promise<number[]> {
  if (typeof numbers === 'number') return [numbers];
  return Array.from('dataId' in numbers ? await numbers.data() : numbers);
}

/** Reads a tensor that may be disposed meanwhile, because WebGPU cannot read a disposed one. */
export async function readKept(tensor: Tensor): Promise<number[]> {
  const kept = tf.keep(tf.clone(tensor));
  const reading = kept.data().finally(() => kept.dispose());
  underWay.add(reading);
  return Array.from(await reading);
}

const underWay = new Set<Promise<unknown>>();

/** Waits for all reads of {@link readKept}, so that their tensors do not appear in a later count. */
export async function readsAreDone(): Promise<void> {
  await Promise.allSettled(underWay);
  underWay.clear();
}

/** How far a number may be from the expected one: |actual - expected| <= absolute + relative * |expected|. */
export interface Tolerance {
  readonly relative?: number | undefined;
  readonly absolute?: number | undefined;
}

/** Fails unless both have the same number of values and each is within the tolerance; NaN is close to nothing. */
export async function expectClose(
  actual: Numbers,
  expected: Numbers,
  { relative = 2e-4, absolute = 1e-6 }: Tolerance = {},
): Promise<void> {
  const [got, wanted] = await Promise.all([read(actual), read(expected)]);
  expect(got.length, 'how many numbers').toBe(wanted.length);
  const far = got.findIndex((value, i) => {
    const target = wanted[i] ?? NaN;
    return !(value === target || Math.abs(value - target) <= absolute + relative * Math.abs(target));
  });
  if (far >= 0)
    expect.fail(`number ${far} is ${got[far]}, not ${wanted[far]} within ${relative} relative + ${absolute}`);
}

/** {@link expectClose} with numbers from an independent source, counted: from float64, PyTorch or a closed form. */
export async function expectOracle(actual: Numbers, expected: Numbers, tolerance?: Tolerance): Promise<void> {
  await expectClose(actual, expected, tolerance);
  count('numbers compared with float64, PyTorch or a closed form', (await read(expected)).length);
}
