import type { RandomStream } from '../../random/stream.js';
import { checkNumber } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { checkNetwork } from '../check-network.js';
import { checkActivated, createLayer, makeAll } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { withScaleAndShift } from '../conditions/with-scale-and-shift.js';
import type { Conv1dOptions } from '../layers/conv1d.js';
import type { CrossAttentionOptions } from '../layers/cross-attention.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { groupNorm } from '../layers/group-norm.js';
import { residual } from './residual.js';
import { sequential } from './sequential.js';
import { startAtZero } from './start-at-zero.js';

/** The convolution of a network: over images or over sequences. */
export type ConvolutionMaker = (options: Conv1dOptions) => Network;

/** The layer that reads a sequence. */
export function attendOf(
  where: string,
  attend: (options: CrossAttentionOptions) => Network,
  options: CrossAttentionOptions,
): Network {
  const made = attend(options);
  checkNetwork(where, 'attend(...)', made);
  return made;
}

/** What a block is made of, with all defaults. */
export interface BlockOptions {
  readonly inputs: number;
  readonly filters: number;
  readonly groups: number;
  readonly activation: Activation;
  readonly conditionSize: number | undefined;
  readonly dropoutRate: number;
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

/** Makes a residual block of convolutions of this kind. */
export function blockOf(where: string, convolution: ConvolutionMaker, options: BlockOptions): Network {
  const { inputs, filters, groups, activation, conditionSize, dropoutRate, random } = options;
  checkGrouped(where, { inputs, filters }, groups);
  const activate = createLayer([], (x) => checkActivated(where, activation(x), x.shape));
  const norm = (): Network => groupNorm({ inputs: filters, groups });
  const conditionedNorm = (inputs: number) => (): Network => {
    const labels = (): Network => dense({ inputs, units: 2 * filters, random: random.fork('condition') });
    return withScaleAndShift(...makeAll([norm, () => sequential([activate, labels()])]));
  };
  const body = [
    () => groupNorm({ inputs, groups, activation }),
    () => convolution({ inputs, filters, kernelSize: 3, random: random.fork('first') }),
    conditionSize === undefined ? norm : conditionedNorm(conditionSize),
    () => activate,
    () => dropout({ rate: dropoutRate }),
    () => startAtZero(convolution({ inputs: filters, filters, kernelSize: 3, random: random.fork('second') })),
  ];
  if (inputs === filters) return residual(sequential(makeAll(body)));
  const shortcut = (): Network => convolution({ inputs, filters, kernelSize: 1, random: random.fork('shortcut') });
  return residual(...makeAll([() => sequential(makeAll(body)), shortcut]));
}
