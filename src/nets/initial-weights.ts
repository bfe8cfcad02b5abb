import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';

/** What glorotUniform needs to know of a layer. */
export interface Weights {
  readonly shape: readonly number[];
  /** How many numbers of the input an output sums. */
  readonly fanIn: number;
  /** How many numbers of the output an input reaches. */
  readonly fanOut: number;
  readonly random: RandomStream;
}

/**
 * Makes initial weights that keep the variance of values and of gradients near one from layer to layer.
 *
 * weights ~ uniform(-limit, limit), limit = sqrt(6 / (fanIn + fanOut)), drawn from random.fork('weights')
 *
 * The fans are those of the paper's derivation: the numbers that are summed. A stride divides one of the two, which
 * other libraries leave out: their strided layers start too small by a factor of up to the stride.
 *
 * @see https://proceedings.mlr.press/v9/glorot10a.html Glorot and Bengio 2010, equation 16
 */
export function glorotUniform({ shape, fanIn, fanOut, random }: Weights): Variable {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return tf.tidy(() => tf.variable(random.fork('weights').uniform(shape, -limit, limit)));
}

/** Makes biases of zero. */
export function zeroBiases(size: number): Variable {
  return tf.tidy(() => tf.variable(tf.zeros([size])));
}
