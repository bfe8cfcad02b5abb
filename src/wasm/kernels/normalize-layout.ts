import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NormalizeNumbers } from '../../operations/normalize.js';
import { halve, share, type Range } from '../heap/jobs.js';

/** `[examples, rows, channels]`, where neighbouring channels form groups of `size`. */
export interface NormalizeLayout extends NormalizeNumbers {
  readonly rows: number;
  readonly channels: number;
  readonly size: number;
  /** The size of one row in bytes. */
  readonly row: number;
}

export function layoutOf(x: TensorInfo, attributes: unknown): NormalizeLayout {
  const { examples, groups, epsilon } = attributes as NormalizeNumbers;
  const channels = x.shape.at(-1)!;
  const rows = tf.util.sizeFromShape(x.shape) / Math.max(1, examples * channels);
  return { examples, groups, epsilon, rows, channels, size: channels / groups, row: 4 * channels };
}

/** Whether the layout is that of layer norm: one mean and one variance for each row, which are kept once, as `[examples, 1]`. */
export function isRowWise({ examples, rows, groups }: NormalizeLayout): boolean {
  return examples > 1 && rows === 1 && groups === 1;
}

/** Divides examples, or the rows of a single one, for sums over them. */
export function divide({ examples, rows, channels }: NormalizeLayout): readonly Range[] {
  return examples === 1 ? halve(rows, channels) : halve(examples, rows * channels);
}

/** Divides examples, or the rows of a single one, for independent computations on each. */
export function shareOut(threads: number, { examples, rows, channels }: NormalizeLayout): readonly Range[] {
  return examples === 1 ? share(threads, rows, channels) : share(threads, examples, rows * channels);
}
