import type { RandomStream } from '../../random/stream.js';
import { checkImages } from '../../tensor/checks.js';
import type { Network } from '../network.js';
import { checkDivisible } from '../layers/channels.js';
import { conv2d } from '../layers/conv2d.js';
import type { CrossAttentionOptions } from '../layers/cross-attention.js';
import { upsample } from '../layers/upsample.js';
import { residualBlock } from './residual-block.js';
import { unetOf } from './unet-of.js';

/** What {@link unet} is made of. */
export interface UnetOptions {
  /** Channels of the images, the same in the input and the output. */
  readonly channels: number;
  /** Channels of each level, the first even; each level halves height and width. Default `[32, 64]`. */
  readonly widths?: readonly number[] | undefined;
  /** Residual blocks per level, on the way down and again on the way up; default 1. */
  readonly blocks?: number | undefined;
  /** The levels, counted from 0, in which each block is followed by self-attention; none by default. */
  readonly attention?: readonly number[] | undefined;
  /** Number of class labels for `options.condition`, or numbers in a vector; by default the condition is not used. */
  readonly classes?: number | undefined;
  /**
   * Makes a layer after each self-attention, which reads `options.conditions.context`, with `timeSize` numbers at each position:
   * {@link crossAttention}. None by default.
   */
  readonly attend?: ((options: CrossAttentionOptions) => Network) | undefined;
  /** Number of step sizes for `options.stepSize`, which {@link shortcut} needs; by default a step size is not used. */
  readonly stepSizes?: number | undefined;
  /** Size of the vector that carries the time and the label to the blocks; default 4 * widths[0]. */
  readonly timeSize?: number | undefined;
  /** Rate of the dropout in each block; default 0. */
  readonly dropoutRate?: number | undefined;
  /** Groups of all norms, a divisor of each width; default 8. */
  readonly groups?: number | undefined;
  /** Where the initial weights come from: each layer takes a fork named after its place, `level 0/down 0` for example. */
  readonly random: RandomStream;
}

/**
 * The network of diffusion models, from `[batch, height, width, channels]` to the same shape. It reads the noise step from
 * `options.timesteps` and, if `classes` is given, the class label from `options.condition`.
 *
 * - The network is a 3x3 convolution, level 0, and then a norm, swish and a 3x3 convolution, which starts at zero.
 * - A level is `blocks` blocks, then a branch whose output is concatenated with its input, then `blocks` blocks again. The branch is a
 *   convolution with strides of 2, the next level, upsampling and a convolution.
 * - The last level is `blocks` + 1 blocks.
 *
 * Each block is a {@link residualBlock}. With `attend`, a level of `attention` also reads a sequence, with as many heads as groups. As in the
 * original U-Net, each level has one skip connection; DDPM has one per block.
 * `unet({ channels: 1, random })` has 304,737 parameters.
 *
 * @param options - the sizes and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws TypeError without `options.timesteps`, and ShapeError
 * unless height and width can be halved widths.length - 1 times
 * @example
 * ```ts
 * const network = unet({ channels: 1, widths: [8, 16], random: createRandom(1) });
 * network.apply(tf.zeros([2, 28, 28, 1]), { timesteps: tf.tensor1d([0, 999], 'int32') }).shape; // [2, 28, 28, 1]
 * ```
 * @see https://arxiv.org/abs/2006.11239 Ho, Jain and Abbeel 2020, appendix B, and Ronneberger, Fischer and Brox 2015
 */
export function unet(options: UnetOptions): Network {
  return unetOf('unet', options, {
    convolution: conv2d,
    block: residualBlock,
    upsample,
    check: (where, input, channels, factor, what) => {
      checkImages(where, 'input', input, channels);
      checkDivisible(where, input, factor, what, channels);
    },
  });
}
