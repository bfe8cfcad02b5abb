import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkResult } from '../tensor/checks.js';

/** A {@link DiagonalGaussian} as a type that `tf.tidy` can return. */
export type Parameters = { readonly mean: Tensor; readonly logVariance: Tensor };

/** Splits a network's output, `[rows, 2 * size]`, into all means and all log-variances. Call it inside a tidy. */
export function gaussianFrom(
  where: string,
  output: Tensor,
  { rows, size }: { readonly rows: number; readonly size: number },
): Parameters {
  const fix = 'The network must output all means, then all log-variances: 2 * latentSize numbers.';
  checkResult(where, 'network output', output, [rows, 2 * size], fix);
  const [mean, logVariance] = tf.split(output, 2, 1) as [Tensor, Tensor];
  return { mean, logVariance };
}
