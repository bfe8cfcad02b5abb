import * as tf from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkImages, checkInteger, checkNumber } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { swish } from '../activations.js';
import { checkArray, checkSizes, joinNetworks, makeAll } from '../layer.js';
import type { Network } from '../network.js';
import { withTimesteps } from '../conditions/with-timesteps.js';
import { attention as selfAttention } from '../layers/attention.js';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import { embedding } from '../layers/embedding.js';
import { checkDivisible } from '../layers/channels.js';
import { groupNorm, groupsRule } from '../layers/group-norm.js';
import { timeEmbedding } from '../layers/time-embedding.js';
import { upsample } from '../layers/upsample.js';
import { checkGrouped, dropoutRule, residualBlock } from './residual-block.js';
import { residual } from './residual.js';
import { sequential } from './sequential.js';
import { startAtZero } from './start-at-zero.js';
import { readOptions, type Rules } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

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
  /** Size of the vector that carries the time and the label to the blocks; default 4 * widths[0]. */
  readonly timeSize?: number | undefined;
  /** Rate of the dropout in each block; default 0. */
  readonly dropoutRate?: number | undefined;
  /** Groups of all norms, a divisor of each width; default 8. */
  readonly groups?: number | undefined;
  /** Where the initial weights come from: each layer takes a fork named after its place, `level 0/down 0` for example. */
  readonly random: RandomStream;
}

const unetRules = {
  channels: checkInteger,
  widths: { is: checkSizes, default: [32, 64] },
  blocks: { is: checkInteger, default: 1 },
  attention: { is: checkArray, default: [] },
  classes: { is: checkInteger, default: undefined },
  timeSize: { is: checkInteger, default: undefined },
  dropoutRate: dropoutRule,
  groups: groupsRule,
  random: checkRandom,
} satisfies Rules<UnetOptions>;

/**
 * The network of diffusion models, from `[batch, height, width, channels]` to the same shape. It reads the noise step from
 * `options.timesteps` and, if `classes` is given, the class label from `options.condition`.
 *
 * 3x3 convolution -> level 0 -> norm, swish, 3x3 convolution, which starts at zero
 * level i = blocks -> [convolution with strides of 2 -> level i + 1 -> upsampling, convolution] concatenated with its input -> blocks;
 * the last level = blocks + 1 blocks
 *
 * Each block is a {@link residualBlock}. As in the original U-Net, each level has one skip connection; DDPM has one per block.
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
  const where = 'unet';
  const read = readOptions(where, options, unetRules);
  const { channels, widths, blocks, attention, classes, dropoutRate, groups, random } = read;
  const width = widths[0]!;
  const { timeSize = 4 * width } = read;
  attention.forEach((i, n) => {
    checkNumber(where, `attention[${n}]`, i, { least: 0, below: widths.length });
    checkInteger(where, `attention[${n}]`, i, { least: 0 });
  });
  if (width % 2 !== 0) throw outOfRange(where, 'widths[0]', 'must be even', { got: width });
  checkGrouped(where, Object.fromEntries(widths.map((size, i) => [`widths[${i}]`, size])), groups);

  const convolution = (inputs: number, filters: number, name: string, strides = 1): Network =>
    conv2d({ inputs, filters, kernelSize: 3, strides, random: random.fork(name) });
  const block = (inputs: number, filters: number, level: number, name: string): Network => {
    const own = random.fork(name);
    const made = residualBlock({ inputs, filters, groups, conditionSize: timeSize, dropoutRate, random: own });
    if (!attention.includes(level)) return made;
    const paid = (): Network => selfAttention({ inputs: filters, random: own.fork('attention') });
    return inOrder([() => made, () => residual(inOrder([() => groupNorm({ inputs: filters, groups }), paid]))]);
  };
  const level = (i: number): Network => {
    const [here, below] = [widths[i]!, widths[i + 1]];
    const way = (name: string, count: number, inputs = here) =>
      Array.from({ length: count }, (_, n) => () => block(n === 0 ? inputs : here, here, i, `level ${i}/${name} ${n}`));
    if (below === undefined) return inOrder(way('middle', blocks + 1));
    const inner = () => [
      () => convolution(here, below, `level ${i}/smaller`, 2),
      () => level(i + 1),
      () => upsample(),
      () => convolution(below, here, `level ${i}/larger`),
    ];
    return inOrder([...way('down', blocks), () => besideInput(inOrder(inner())), ...way('up', blocks, 2 * here)]);
  };

  const body = (): Network =>
    inOrder([
      () => convolution(channels, width, 'first'),
      () => level(0),
      () => groupNorm({ inputs: width, groups, activation: swish }),
      () => startAtZero(convolution(width, channels, 'last')),
    ]);
  const time = (): Network =>
    inOrder([
      () => timeEmbedding({ size: width }),
      () => dense({ inputs: width, units: timeSize, activation: swish, random: random.fork('time 0') }),
      () => dense({ inputs: timeSize, units: timeSize, random: random.fork('time 1') }),
    ]);
  const labels = (): Network => embedding({ classes: classes!, size: timeSize, random: random.fork('labels') });
  const [denoiser, steps, ...rest] = makeAll([body, time, ...(classes === undefined ? [] : [labels])]) as [
    Network,
    Network,
    Network?,
  ];
  const network = withTimesteps(denoiser, { time: steps, labels: rest[0] });
  const factor = 2 ** (widths.length - 1);
  const made = joinNetworks([network], (input, applied) => {
    checkImages(where, 'input', input, channels);
    checkDivisible(where, input, factor, `${factor}, as there are ${widths.length} widths`, channels);
    return network.apply(input, applied);
  });
  return madeBy(where, { ...read, timeSize }, made);
}

/** The output of `inner` concatenated with its input along the channels. */
function besideInput(inner: Network): Network {
  return joinNetworks([inner], (input, options) => tf.concat([inner.apply(input, options), input], -1));
}

function inOrder(makers: readonly (() => Network)[]): Network {
  return sequential(makeAll(makers));
}
