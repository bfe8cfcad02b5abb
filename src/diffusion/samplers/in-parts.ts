import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Some of the examples of a batch. */
export interface BatchPart {
  /** The place of the first one in the batch. */
  readonly start: number;
  /**
   * These rows of a tensor that has one for each example. A tensor with another number of axes than `rank`, if it is given, or of rows is
   * the same for all examples, and is returned itself.
   */
  rows<T extends Tensor | undefined>(all: T, rank?: number): T;
}

/**
 * What `act` makes of x, which is disposed, in parts of at most `size` examples, as one tensor. `act` owns its part of x; all other `rows`
 * live until it is done.
 */
export async function inParts(
  x: Tensor,
  size: number | undefined,
  act: (x: Tensor, part: BatchPart) => Promise<Tensor>,
): Promise<Tensor> {
  const batch = x.shape[0];
  if (!(size! < batch)) return act(x, { start: 0, rows: (all) => all });
  const made: Tensor[] = [];
  const slices: Tensor[] = [];
  try {
    for (let start = 0; start < batch; start += size!) {
      const slice = (all: Tensor): Tensor => tf.slice(all, start, Math.min(size!, batch - start));
      const rows: BatchPart['rows'] = (all, rank = all?.rank) => {
        if (all?.shape[0] !== batch || all.rank !== rank) return all;
        return slices[slices.push(slice(all)) - 1] as typeof all;
      };
      made.push(await act(slice(x), { start, rows }));
      tf.dispose(slices.splice(0));
    }
    return tf.concat(made);
  } finally {
    tf.dispose([x, ...made, ...slices]);
  }
}
