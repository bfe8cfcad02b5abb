import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, checkTensor } from '../tensor/checks.js';
import { notAwaited, shapeText, unusable, wrongKind, wrongShape } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';

/** The allowed difference of each number: |actual - expected| <= absolute + relative * |expected|. */
export interface CloseOptions {
  /** At least 0; default 1e-4: float32 has about seven digits, and a sum loses some. */
  readonly relative?: number | undefined;
  /** At least 0; default 1e-6. */
  readonly absolute?: number | undefined;
}

/**
 * Checks that numbers are close to the expected ones, on any backend.
 *
 * |actual - expected| <= absolute + relative * |expected|, for each number; NaN is close to nothing
 *
 * @param actual - a tensor, which the caller keeps
 * @param expected - a tensor of the same shape, or its numbers row by row
 * @param options - see {@link CloseOptions}
 * @throws Error with the worst index and both values if a number is too far; ShapeError if the shapes differ
 * @example
 * ```ts
 * await checkClose(tf.sigmoid(tf.tensor1d([0, 1])), [0.5, 0.73106]); // passes
 * ```
 */
export async function checkClose(
  actual: Tensor,
  expected: Tensor | readonly number[],
  options: CloseOptions = {},
): Promise<void> {
  checkTensor('checkClose', 'actual', actual);
  const { relative, absolute } = readOptions('checkClose', options, {
    relative: { is: checkNumber, default: 1e-4, least: 0 },
    absolute: { is: checkNumber, default: 1e-6, least: 0 },
  });
  checkExpected(expected);
  const isTensor = expected instanceof tf.Tensor;
  const shape = isTensor ? expected.shape : [expected.length];
  const fits = isTensor ? shapeText(shape) === shapeText(actual.shape) : expected.length === actual.size;
  if (!fits) throw wrongShape('checkClose', 'actual', shape, actual.shape);
  const [got, wanted] = await Promise.all([actual.data(), isTensor ? expected.data() : expected]);
  const excess = Array.from(got, (value, i) => excessOf(value, wanted[i]!, relative, absolute));
  const worst = excess.reduce((best, value, i) => (value > excess[best]! ? i : best), 0);
  if (!(excess[worst]! > 0)) return;
  const fix = Number.isNaN(got[worst]) && Number.isNaN(wanted[worst]) ? 'NaN is close to nothing.' : undefined;
  throw unusable(
    'checkClose',
    'actual',
    `must be ${wanted[worst]} at ${place(worst, actual.shape)}, up to ${relative} relative + ${absolute} absolute`,
    { got: got[worst], fix },
  );
}

function checkExpected(expected: unknown): void {
  if (expected instanceof tf.Tensor) return checkTensor('checkClose', 'expected', expected);
  const isList = Array.isArray(expected) || ArrayBuffer.isView(expected);
  if (isList && Array.from(expected as ArrayLike<unknown>).every((one) => typeof one === 'number')) return;
  const rule = 'must be a tensor, or a flat array of its numbers, row by row';
  throw wrongKind('checkClose', 'expected', rule, { got: expected, fix: notAwaited(expected) });
}

/** By how much a number exceeds the allowed difference, as a multiple of it; at most 0 if it is close enough. */
function excessOf(value: number, target: number, relative: number, absolute: number): number {
  if (value === target) return 0;
  const allowed = absolute + relative * Math.abs(target);
  const excess = (Math.abs(value - target) - allowed) / Math.max(allowed, Number.MIN_VALUE);
  return Number.isNaN(excess) ? Infinity : excess;
}

/** The index of a number in a tensor: `[1, 0, 2]`. */
export function place(index: number, shape: readonly number[]): string {
  const indices: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return shapeText(indices);
}
