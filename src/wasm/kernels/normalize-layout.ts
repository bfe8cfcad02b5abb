import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NormalizeNumbers } from '../../operations/normalize.js';
import { halve, type Range } from '../heap/jobs.js';

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
  const rows = tf.util.sizeFromShape(x.shape) / (examples * channels);
  return { examples, groups, epsilon, rows, channels, size: channels / groups, row: 4 * channels };
}

/** A single example is divided by rows, several are divided by examples. */
export function divide({ examples, rows, channels }: NormalizeLayout): readonly Range[] {
  return examples === 1 ? halve(rows, channels) : halve(examples, rows * channels);
}
