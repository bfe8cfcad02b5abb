import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** How random numbers are distributed: normal with mean 0 and deviation 1, or uniform from `low` to below `high`, maybe integers. */
export interface Distribution {
  readonly distribution: 'normal' | 'uniform' | 'integers';
  readonly low?: number;
  readonly high?: number;
}

/** What notes the operations of a function that is being recorded. */
export interface Recorder {
  /** Notes random numbers. */
  draw(numbers: Tensor, how: Distribution): void;
  /** Notes numbers that the host chose, and that differ from call to call. */
  chosen(numbers: Tensor, name: string): void;
  /** Notes that these gradients are about to change variables. */
  together(gradients: readonly Tensor[]): void;
  /** What takes the place of an operation of this library. */
  operation(name: string): unknown;
}

/** Where a recorder is while it is in use: on tfjs's engine, for every copy of this module. */
export const RECORDER: unique symbol = Symbol.for('tfjs-generative: recorder') as never;

/** The recorder in use; undefined unless a function is being recorded. */
export function recorder(): Recorder | undefined {
  return (tf.engine() as { readonly [RECORDER]?: Recorder | undefined })[RECORDER];
}

/** Returns random numbers, of which a recorder is told. */
export function drawn(
  numbers: Tensor,
  distribution: Distribution['distribution'],
  low?: number,
  high?: number,
): Tensor {
  recorder()?.draw(numbers, { distribution, ...(low !== undefined && { low, high: high! }) });
  return numbers;
}
