import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { composed } from '../../operations/composed.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInt, checkInteger, checkMinimumRank } from '../../tensor/checks.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';
import { checkVectors } from './channels.js';
import { initialWeights } from './initial-weights.js';
import { oneHot } from '../../tensor/one-hot.js';
import { currentTape } from '../../gradients/tape.js';
import { recorder } from '../../tensor/recorder.js';
import { zerosWithin } from '../../tensor/zeros-within.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy, note } from '../../tensor/made-by.js';

/** What {@link embedding} is made of. */
export interface EmbeddingOptions {
  /** Number of labels, 0 ... classes - 1; or length of a vector condition. */
  readonly classes: number;
  /** Numbers per label. */
  readonly size: number;
  /** Where the initial vectors come from: its fork `weights`. */
  readonly random: RandomStream;
}

/**
 * A learned vector for each class label, from int32 `[batch, ...]` to float32 `[batch, ..., size]`.
 *
 * output = oneHot(label) * weights. The label -1, for "none", gives zeros. For any other label, `apply` throws on cpu and wasm. On a GPU, whose
 * labels would have to be read, in training and in a recording, it gives NaN, so that a trainer skips the update. A float32 `[batch, ..., classes]`
 * input takes the place of oneHot(label): soft labels or attributes; zeros are "none".
 *
 * Initial weights are uniform in (-1, 1), since each output is one weight (fan-in 1), from `random.fork('weights')`. One variable: weights `[classes, size]`.
 *
 * @param options - the sizes and the source of the initial vectors
 * @returns a network to apply to labels; the caller disposes it
 * @throws RangeError or TypeError if a size is not a positive integer or `random` not a stream; `apply` throws TypeError or
 * ShapeError unless its input is int32 `[batch, ...]` or float32 `[batch, ..., classes]`, and RangeError for other labels where they are read
 * @example
 * ```ts
 * const labels = embedding({ classes: 10, size: 4, random: createRandom(1) });
 * labels.apply(tf.tensor1d([3, -1], 'int32')).shape; // [2, 4]; the second row is 0, 0, 0, 0
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html which starts from N(0, 1)
 */
export function embedding(options: EmbeddingOptions): Network {
  const read = readOptions('embedding', options, {
    classes: checkInteger,
    size: checkInteger,
    random: checkRandom,
  });
  const { classes, size, random } = read;
  const weights = initialWeights({ shape: [classes, size], fanIn: 1, random });
  const layer = createLayer([weights], (input, { training }) => {
    if (input.dtype === 'float32') {
      checkVectors('embedding', input, classes, 'Pass one number per class, or int32 labels.');
      return tf.tidy(() => inShape(tf.matMul(tf.reshape(input, [-1, classes]), weights), input.shape.slice(0, -1)));
    }
    checkInt('embedding', 'input', input);
    checkMinimumRank('embedding', 'input', input, 1);
    return tf.tidy(() => {
      const labels = tf.reshape(input, [-1]);
      // a product, not tf.gather: it accepts -1, and its gradient exists on every backend
      const plain = (): Tensor =>
        tf.add(tf.matMul(oneHot(labels, classes), weights), zerosFor(labels, classes, training));
      return inShape(composed('Lookup', plain, [labels, weights]), input.shape);
    });
  });
  const inShape = (rows: Tensor, places: readonly number[]): Tensor => tf.reshape(rows, [...places, size]);
  return note(madeBy('embedding', read, layer), { classes });
}

/**
 * `[batch, 1]`: 0 for a label from -1 to classes - 1. For any other, it throws where labels are read; otherwise, and in training, where the
 * guard of a trainer skips the update, it gives NaN.
 */
function zerosFor(labels: Tensor, classes: number, training = false): Tensor {
  if (!training && currentTape() === undefined && recorder() === undefined) {
    const rows = tf.add(labels, tf.scalar(1, 'int32'));
    return tf.expandDims(zerosWithin('embedding', 'input', rows, classes + 1, { least: -1 }), 1);
  }
  // in [-1, 1] with room for rounding; the arc sine of anything beyond is NaN
  const place = tf.mul(tf.sub(tf.cast(labels, 'float32'), classes / 2 - 1), 1 / (classes / 2 + 0.25));
  return tf.reshape(tf.mul(0, tf.asin(place)), [-1, 1]);
}
