import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { outOfRange } from './errors.js';

/** How an error names the rows of a table. */
interface TableRows {
  /** What the first row stands for; 0 by default. */
  readonly least?: number;
  readonly fix?: string | undefined;
}

/**
 * A zero for each row of a table of `count` rows. For an index that is none, it throws on cpu and wasm, which read indices; on a GPU, where
 * nothing is read, it gives NaN. To be called inside a tidy.
 */
export function zerosWithin(where: string, argument: string, rows: Tensor, count: number, about?: TableRows): Tensor {
  // the arc sine of 2 is NaN
  return tf.mul(0, tf.asin(tf.sub(2, onesWithin(where, argument, rows, count, about))));
}

/** A one for each row; for an index that is none, it throws on cpu and wasm, and gives 0 on a GPU. */
export function onesWithin(
  where: string,
  argument: string,
  rows: Tensor,
  count: number,
  { least = 0, fix }: TableRows = {},
): Tensor {
  try {
    return tf.gather(tf.ones([count]), rows);
  } catch (error) {
    // tfjs's "GatherV2: the index value 50 is not in [0, 49]"
    const [, got] = /(?:value|got) (-?\d+)/.exec(String(error)) ?? [];
    if (got === undefined) throw error;
    throw outOfRange(where, argument, `must be from ${least} to ${count - 1 + least}`, {
      seen: `${+got + least}`,
      fix,
    });
  }
}
