import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { swish } from '../activations.js';
import { checkActivated, checkActivation, createLayer, makeAll } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { withScaleAndShift } from '../conditions/with-scale-and-shift.js';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { groupNorm, groupsRule } from '../layers/group-norm.js';
import { residual } from './residual.js';
import { sequential } from './sequential.js';
import { startAtZero } from './start-at-zero.js';
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

/** The rule of the rate that a network hands on to its blocks. */
export const dropoutRule = { is: checkNumber, default: 0, least: 0, below: 1 } as const;

/** Throws unless norms of so many groups fit these numbers of channels. */
export function checkGrouped(where: string, channels: object, groups: number): void {
  for (const [argument, count] of Object.entries(channels) as [string, number][]) {
    if (count % groups !== 0)
      throw outOfRange(where, argument, `must be a multiple of \`groups\`, ${groups}`, { got: count });
  }
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
  const { inputs, filters, groups, activation, conditionSize, dropoutRate, random } = read;
  checkGrouped(where, { inputs, filters }, groups);
  const activate = createLayer([], (x) => checkActivated(where, activation(x), x.shape));
  const norm = (): Network => groupNorm({ inputs: filters, groups });
  const conditionedNorm = (inputs: number) => (): Network => {
    const labels = (): Network => dense({ inputs, units: 2 * filters, random: random.fork('condition') });
    return withScaleAndShift(...makeAll([norm, () => sequential([activate, labels()])]));
  };
  const body = [
    () => groupNorm({ inputs, groups, activation }),
    () => conv2d({ inputs, filters, kernelSize: 3, random: random.fork('first') }),
    conditionSize === undefined ? norm : conditionedNorm(conditionSize),
    () => activate,
    () => dropout({ rate: dropoutRate }),
    () => startAtZero(conv2d({ inputs: filters, filters, kernelSize: 3, random: random.fork('second') })),
  ];
  if (inputs === filters) return madeBy('residualBlock', read, residual(sequential(makeAll(body))));
  const shortcut = (): Network => conv2d({ inputs, filters, kernelSize: 1, random: random.fork('shortcut') });
  return madeBy('residualBlock', read, residual(...makeAll([() => sequential(makeAll(body)), shortcut])));
}
