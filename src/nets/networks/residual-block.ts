import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger } from '../../tensor/checks.js';
import { swish } from '../activations.js';
import { checkActivation } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { conv2d } from '../layers/conv2d.js';
import { groupsRule } from '../layers/group-norm.js';
import { blockOf, dropoutRule } from './block-of.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link residualBlock} is made of. */
export interface ResidualBlockOptions {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly filters: number;
  /** Groups of both norms; default 8. */
  readonly groups?: number | undefined;
  /** Default {@link swish}. */
  readonly activation?: Activation | undefined;
  /** Numbers per example in `options.condition`; by default the block takes no condition. */
  readonly conditionSize?: number | undefined;
  /** Rate of the dropout before the second convolution; default 0. */
  readonly dropoutRate?: number | undefined;
  /** Where the initial weights come from: its forks `first`, `condition`, `second` and `shortcut`. */
  readonly random: RandomStream;
}

/**
 * The residual block of the U-Nets of diffusion models, from `[batch, height, width, inputs]` to `[batch, height, width, filters]`.
 *
 * output = shortcut(input) + conv2(dropout(activation(h * (1 + scale) + shift))), h = norm2(conv1(activation(norm1(input)))),
 * [scale, shift] = dense(activation(options.condition)); the norms are {@link groupNorm}, the convolutions 3x3
 *
 * The second convolution starts at zero, so that the block starts as its shortcut: the identity, or a 1x1 convolution if
 * the numbers of channels differ. Scale and shift come after the norm, as in ADM; DDPM adds a shift before it.
 * Variables: norm1, conv1, norm2, dense (with `conditionSize`), conv2, shortcut.
 *
 * @param options - the channels, the condition and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a number is out of range or the groups do not divide the channels; `apply` throws
 * TypeError without `options.condition` if there is a `conditionSize`
 * @example
 * ```ts
 * const block = residualBlock({ inputs: 8, filters: 16, conditionSize: 4, random: createRandom(1) });
 * block.apply(tf.ones([5, 7, 7, 8]), { condition: tf.ones([5, 4]) }).shape; // [5, 7, 7, 16]
 * ```
 * @see https://arxiv.org/abs/2105.05233 Dhariwal and Nichol 2021 (ADM), section 3, and Ho, Jain and Abbeel 2020, appendix B
 */
export function residualBlock(options: ResidualBlockOptions): Network {
  const where = 'residualBlock';
  const read = readOptions(where, options, {
    inputs: checkInteger,
    filters: checkInteger,
    groups: groupsRule,
    activation: { is: checkActivation, default: swish },
    conditionSize: { is: checkInteger, default: undefined },
    dropoutRate: dropoutRule,
    random: checkRandom,
  });
  return madeBy(where, read, blockOf(where, conv2d, read));
}
