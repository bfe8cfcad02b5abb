import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFloat, checkInteger, checkShape } from '../tensor/checks.js';
import { readTensor } from '../tensor/lost-backend.js';
import { sentence, wrongShape } from '../tensor/errors.js';

/** Features on the host, one example per row. */
export interface Features {
  /** Row by row; do not change them, because on some backends these are the tensor's own numbers. */
  readonly values: Float32Array;
  readonly count: number;
  readonly size: number;
}

/** Throws unless `tensor` is float32 [n, d] with enough rows; `like` names another argument with the same d. */
export function checkFeatures(
  where: string,
  argument: string,
  tensor: Tensor,
  { rows, why, like }: { readonly rows: number; readonly why: string; readonly like?: readonly [string, Tensor] },
): void {
  checkFloat(where, argument, tensor);
  if (like === undefined) {
    checkShape(where, argument, tensor, [null, null], 'Flatten the features of each example to one row.');
    checkInteger(where, `${argument}.shape[1]`, tensor.shape[1]);
  } else {
    const [other, { shape }] = like;
    checkShape(
      where,
      argument,
      tensor,
      [null, shape[1] as number],
      `Its rows must be as long as those of \`${other}\`.`,
    );
  }
  if (tensor.shape[0] < rows) {
    throw wrongShape(where, argument, [null, tensor.shape[1] as number], tensor.shape, why);
  }
}

/** Reads features that were already checked; rejects if a number is not finite. */
export async function readFeatures(where: string, argument: string, tensor: Tensor): Promise<Features> {
  const [count, size] = tensor.shape as [number, number];
  const values = (await readTensor(where, tensor)) as Float32Array;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const seen = `${values[wrong]} in row ${Math.floor(wrong / size)}`;
    throw new RangeError(sentence(where, argument, 'must be finite', { seen }));
  }
  return { values, count, size };
}
