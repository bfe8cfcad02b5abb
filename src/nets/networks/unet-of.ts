import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import { checkFunction, checkInteger, checkNumber } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { swish } from '../activations.js';
import { checkArray, checkSizes, joinNetworks } from '../layer.js';
import type { Network } from '../network.js';
import { attention as selfAttention } from '../layers/attention.js';
import { groupNorm, groupsRule } from '../layers/group-norm.js';
import { attendOf, checkGrouped, dropoutRule, type BlockOptions, type ConvolutionMaker } from './block-of.js';
import { residual } from './residual.js';
import { startAtZero } from './start-at-zero.js';
import { sequentialOf, timeNetwork, withTimeAndLabels } from './with-time-and-labels.js';
import type { UnetOptions } from './unet.js';
import { readOptions, type Read, type Rules } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

const unetRules = {
  channels: checkInteger,
  widths: { is: checkSizes, default: [32, 64] },
  blocks: { is: checkInteger, default: 1, most: 1000 },
  attention: { is: checkArray, default: [] },
  classes: { is: checkInteger, default: undefined },
  attend: { is: checkFunction, default: undefined },
  stepSizes: { is: checkInteger, default: undefined },
  timeSize: { is: checkInteger, default: undefined },
  dropoutRate: dropoutRule,
  groups: groupsRule,
  random: checkRandom,
} satisfies Rules<UnetOptions>;

/** What a U-Net is made of besides its sizes: the layers for images or for sequences. */
export interface UnetLayers {
  readonly convolution: ConvolutionMaker;
  readonly block: (options: BlockOptions) => Network;
  readonly upsample: () => Network;
  /** Throws unless the input has these channels, and sizes that are multiples of `factor`, which `what` explains. */
  readonly check: (where: string, input: Tensor, channels: number, factor: number, what: string) => void;
}

/** Makes a U-Net of these layers. */
export function unetOf(where: string, options: UnetOptions, layers: UnetLayers): Network {
  const read = readOptions(where, options, unetRules);
  const { channels, widths, blocks, attention, classes, attend, stepSizes, dropoutRate, groups, random } = read;
  const width = widths[0]!;
  const { timeSize = 4 * width } = read;
  checkLevels(where, read);

  const convolution = (inputs: number, filters: number, name: string, strides = 1): Network =>
    layers.convolution({ inputs, filters, kernelSize: 3, strides, random: random.fork(name) });
  const block = (inputs: number, filters: number, level: number, name: string): Network => {
    const own = random.fork(name);
    const sizes = { inputs, filters, groups, activation: swish, conditionSize: timeSize, dropoutRate };
    const made = layers.block({ ...sizes, random: own });
    if (!attention.includes(level)) return made;
    const added = (attention: () => Network) => (): Network =>
      residual(sequentialOf([() => groupNorm({ inputs: filters, groups }), attention]));
    const reads = { inputs: filters, context: timeSize, heads: groups };
    return sequentialOf([
      () => made,
      added(() => selfAttention({ inputs: filters, random: own.fork('attention') })),
      ...(attend ? [added(() => attendOf(where, attend, { ...reads, random: own.fork('context') }))] : []),
    ]);
  };
  const level = (i: number): Network => {
    const [here, below] = [widths[i]!, widths[i + 1]];
    const way = (name: string, count: number, inputs = here) =>
      Array.from({ length: count }, (_, n) => () => block(n === 0 ? inputs : here, here, i, `level ${i}/${name} ${n}`));
    if (below === undefined) return sequentialOf(way('middle', blocks + 1));
    const inner = () => [
      () => convolution(here, below, `level ${i}/smaller`, 2),
      () => level(i + 1),
      layers.upsample,
      () => convolution(below, here, `level ${i}/larger`),
    ];
    return sequentialOf([
      ...way('down', blocks),
      () => besideInput(sequentialOf(inner())),
      ...way('up', blocks, 2 * here),
    ]);
  };

  const body = (): Network =>
    sequentialOf([
      () => convolution(channels, width, 'first'),
      () => level(0),
      () => groupNorm({ inputs: width, groups, activation: swish }),
      () => startAtZero(convolution(width, channels, 'last')),
    ]);
  const network = withTimeAndLabels(body, {
    time: () => timeNetwork(width, timeSize, random),
    size: timeSize,
    classes,
    stepSizes,
    random,
  });
  const factor = 2 ** (widths.length - 1);
  const made = joinNetworks([network], (input, applied) => {
    layers.check(where, input, channels, factor, `${factor}, as there are ${widths.length} widths`);
    return network.apply(input, applied);
  });
  return madeBy(where, { ...read, timeSize }, made);
}

/** Checks what the widths, the levels with attention and the groups say of each other. */
function checkLevels(where: string, { widths, attention, attend, groups }: Read<UnetOptions, typeof unetRules>): void {
  attention.forEach((i, n) => {
    checkNumber(where, `attention[${n}]`, i, { least: 0, below: widths.length });
    checkInteger(where, `attention[${n}]`, i, { least: 0 });
  });
  if (attend && attention.length === 0)
    throw outOfRange(where, 'attention', 'must list a level, where `attend` reads', { got: attention });
  if (widths[0]! % 2 !== 0) throw outOfRange(where, 'widths[0]', 'must be even', { got: widths[0] });
  checkGrouped(where, Object.fromEntries(widths.map((size, i) => [`widths[${i}]`, size])), groups);
}

/** The output of `inner` concatenated with its input along the channels. */
function besideInput(inner: Network): Network {
  return joinNetworks([inner], (input, options) => tf.concat([inner.apply(input, options), input], -1));
}
