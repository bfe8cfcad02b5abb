import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkImages, checkInteger, checkResult } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';
import { checkDivisible } from '../layers/channels.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { Network } from '../network.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Shows images to a network with the pixels of each patch as channels. With patches of 2x2 the map has half the height and width and
 * four times the channels. The first level of a {@link unet}, which is most of its cost, then has a quarter of the positions.
 *
 * output = unfold(body(fold(input))), where y = fold(x) with y[b, i, j, k] = x[b, size * i + di, size * j + dj, c] and
 * k = (di * size + dj) * channels + c
 *
 * @param body - from `[batch, height / size, width / size, size^2 channels]` to the same height and width, with a multiple of size^2
 *   channels
 * @param options - the size of a patch
 * @returns a network that owns the body
 * @throws TypeError or RangeError if an argument is wrong; `apply` throws TypeError or ShapeError unless its input is float32 of rank 4
 * with height and width divisible by the size, and the body gives such a map
 * @example
 * ```ts
 * const body = unet({ channels: 4, widths: [8, 16], random: createRandom(1) });
 * const network = patchwise(body, { size: 2 });
 * network.apply(tf.zeros([2, 28, 28, 1]), { timesteps: tf.tensor1d([0, 999], 'int32') }).shape; // [2, 28, 28, 1]
 * ```
 * @see https://arxiv.org/abs/1609.05158 Shi et al. 2016, section 2.2, where the way back is called pixel shuffle
 */
export function patchwise(
  body: Network,
  options: {
    /** Height and width of a patch; default 2. */
    readonly size?: number | undefined;
  } = {},
): Network {
  const where = 'patchwise';
  const read = readOptions(where, options, { size: { is: checkInteger, default: 2 } });
  const { size } = read;
  checkNetwork(where, 'body', body);
  const made = joinNetworks([body], (input, options) => {
    checkImages(where, 'input', input);
    const [batch, height, width] = input.shape as [number, number, number];
    checkDivisible(where, input, size, `the patch size, ${size}`);
    const output = body.apply(fold(input, size), options);
    checkResult(where, 'body output', output, [batch, height / size, width / size, null]);
    if (output.shape[3]! % size ** 2 !== 0) {
      const fix = `Its channels must be divisible by ${size ** 2}, the pixels of a patch.`;
      throw wrongShape(where, 'body output', [batch, height / size, width / size, null], output.shape, fix);
    }
    return unfold(output, size);
  });
  return madeBy(where, read, made);
}

/** Turns the pixels of each patch into channels. Adjacent axes are merged: transposing four axes is fast on every backend. */
function fold(x: Tensor, size: number): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [rows, columns] = [height / size, width / size];
  const split = tf.reshape(x, [batch * rows, size, columns, size * channels]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch, rows, columns, size * size * channels]);
}

/** The inverse of {@link fold}. */
function unfold(x: Tensor, size: number): Tensor {
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
  const split = tf.reshape(x, [batch * rows, columns, size, channels / size]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch, rows * size, columns * size, channels / size ** 2]);
}
