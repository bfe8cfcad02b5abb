import { checkSequences } from '../../tensor/checks.js';
import type { Network } from '../network.js';
import { checkDivisible } from '../layers/channels.js';
import { conv1d } from '../layers/conv1d.js';
import { upsample1d } from '../layers/upsample1d.js';
import { blockOf } from './block-of.js';
import { unetOf } from './unet-of.js';
import type { UnetOptions } from './unet.js';

/** What {@link unet1d} is made of: the same as {@link unet}, with steps in place of height and width. */
export type Unet1dOptions = UnetOptions;

/**
 * The network of diffusion models of sequences, from `[batch, steps, channels]` to the same shape: {@link unet} with convolutions over
 * steps. It reads the noise step from `options.timesteps` and, if `classes` is given, the class label from `options.condition`.
 *
 * - The network is a convolution of 3 steps, level 0, and then a norm, swish and a convolution of 3 steps, which starts at zero.
 * - A level is `blocks` blocks, then a branch whose output is concatenated with its input, then `blocks` blocks again. The branch is a
 *   convolution with strides of 2, the next level, upsampling and a convolution.
 * - The last level is `blocks` + 1 blocks.
 *
 * Each level halves the number of steps, so a level more doubles how far the network sees; `attention` sees all steps.
 * `unet1d({ channels: 1, random })` has 125,409 parameters.
 *
 * @param options - the sizes and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws TypeError without `options.timesteps`, and ShapeError
 * unless the number of steps can be halved widths.length - 1 times
 * @example
 * ```ts
 * const network = unet1d({ channels: 3, widths: [8, 16], random: createRandom(1) });
 * network.apply(tf.zeros([2, 32, 3]), { timesteps: tf.tensor1d([0, 999], 'int32') }).shape; // [2, 32, 3]
 * ```
 * @see https://arxiv.org/abs/2006.11239 Ho, Jain and Abbeel 2020, appendix B, and Ronneberger, Fischer and Brox 2015
 */
export function unet1d(options: Unet1dOptions): Network {
  return unetOf('unet1d', options, {
    convolution: conv1d,
    block: (block) => blockOf('unet1d', conv1d, block),
    upsample: upsample1d,
    check: (where, input, channels, factor, what) => {
      checkSequences(where, 'input', input, channels);
      checkDivisible(where, input, factor, what, channels);
    },
  });
}
