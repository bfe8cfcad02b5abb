import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkFloat, checkFunction, checkInteger } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { withScaleAndShift } from '../conditions/with-scale-and-shift.js';
import { createLayer, joinNetworks } from '../layer.js';
import type { CrossAttentionOptions } from '../layers/cross-attention.js';
import { dense } from '../layers/dense.js';
import { checkPair, pairOf } from '../layers/pair.js';
import { plainNorm } from '../layers/plain-norm.js';
import { timeEmbedding } from '../layers/time-embedding.js';
import type { Network } from '../network.js';
import { attendOf, dropoutRule } from './block-of.js';
import { ditBlock, modulation } from './dit-block.js';
import { patchwise } from './patchwise.js';
import { startAtZero } from './start-at-zero.js';
import { sequentialOf, timeNetwork, withTimeAndLabels } from './with-time-and-labels.js';

/** What {@link dit} is made of. */
export interface DitOptions {
  /** Height and width of the images, or one number for both; each a multiple of `patch`. */
  readonly size: number | readonly [height: number, width: number];
  /** Channels of the images, the same in the input and the output. */
  readonly channels: number;
  /** Height and width of the patches, each of which is a token; default 2. */
  readonly patch?: number | undefined;
  /** Numbers per token inside, a multiple of 4; default 64. */
  readonly width?: number | undefined;
  /** Number of blocks; default 4. */
  readonly depth?: number | undefined;
  /** Number of heads of attention, which must divide the width; default 4. */
  readonly heads?: number | undefined;
  /** Number of class labels for `options.condition`, or numbers in a vector; by default the condition is not used. */
  readonly classes?: number | undefined;
  /**
   * Makes a layer after the self-attention of each block, which reads `options.conditions.context`, with `timeSize` numbers at each position:
   * {@link crossAttention}. None by default.
   */
  readonly attend?: ((options: CrossAttentionOptions) => Network) | undefined;
  /** Number of step sizes for `options.stepSize`, which {@link shortcut} needs; by default a step size is not used. */
  readonly stepSizes?: number | undefined;
  /** Size of the vector that carries the time and the label to the blocks; default `width`. */
  readonly timeSize?: number | undefined;
  /** Rate of the dropout in each block; default 0. */
  readonly dropoutRate?: number | undefined;
  /** Where the initial weights come from: its forks `patches`, `block I`, `modulation`, `last`, `time 0`, `time 1`, `labels` and `step sizes`. */
  readonly random: RandomStream;
}

/**
 * A transformer as the network of diffusion models, from `[batch, height, width, channels]` to the same shape. It reads the noise step
 * from `options.timesteps` and, if `classes` is given, the class label from `options.condition`.
 *
 * A dense layer makes a token of each patch, to which waves of its row and its column are added. The blocks follow, then a norm with a scale
 * and a shift from the time and the label, and a dense layer that makes patches of the tokens.
 *
 * Each block is a {@link ditBlock}. The first half of the waves is the {@link timeEmbedding} of the row of the patch, the second half that
 * of its column. The last dense layer starts at zero. A token attends to all others, so the cost grows with the square of their number:
 * patches of 4 make a quarter as many tokens as patches of 2. `dit({ size: 28, channels: 1, random })` has 315,972 parameters.
 *
 * @param options - the sizes and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws TypeError without `options.timesteps`, and ShapeError unless the
 * images have the given size
 * @example
 * ```ts
 * const network = dit({ size: 28, channels: 1, patch: 4, width: 32, random: createRandom(1) });
 * network.apply(tf.zeros([2, 28, 28, 1]), { timesteps: tf.tensor1d([0, 999], 'int32') }).shape; // [2, 28, 28, 1]
 * ```
 * @see https://arxiv.org/abs/2212.09748 Peebles and Xie 2022, section 3
 */
export function dit(options: DitOptions): Network {
  const where = 'dit';
  const read = readOptions(where, options, {
    size: checkPair,
    channels: checkInteger,
    patch: { is: checkInteger, default: 2, most: 1000 },
    width: { is: checkInteger, default: 64 },
    depth: { is: checkInteger, default: 4, most: 1000 },
    heads: { is: checkInteger, default: 4 },
    classes: { is: checkInteger, default: undefined },
    attend: { is: checkFunction, default: undefined },
    stepSizes: { is: checkInteger, default: undefined },
    timeSize: { is: checkInteger, default: undefined },
    dropoutRate: dropoutRule,
    random: checkRandom,
  });
  const { channels, patch, width, depth, heads, classes, attend, stepSizes, dropoutRate, random } = read;
  const { timeSize = width } = read;
  const size = pairOf(read.size);
  if (size.some((length) => length % patch !== 0)) {
    throw outOfRange(where, 'size', `must be a multiple of the patch, ${patch}`, { got: read.size });
  }
  if (width % 4 !== 0) throw outOfRange(where, 'width', 'must be a multiple of 4', { got: width });
  if (width % heads !== 0) throw outOfRange(where, 'heads', `must divide the width, ${width}`, { got: heads });

  const pixels = patch ** 2 * channels;
  const reads = attend && ((own: CrossAttentionOptions): Network => attendOf(where, attend, own));
  const block = (_: unknown, i: number) => (): Network =>
    ditBlock({
      inputs: width,
      heads,
      conditionSize: timeSize,
      attend: reads,
      dropoutRate,
      random: random.fork(`block ${i}`),
    });
  const lastNorm = (): Network =>
    withScaleAndShift(createLayer([], plainNorm), modulation(timeSize, 2 * width, random.fork('modulation')));
  const tokens = (): Network =>
    sequentialOf([
      () => dense({ inputs: pixels, units: width, random: random.fork('patches') }),
      () => withPlaces(width),
      ...Array.from({ length: depth }, block),
      lastNorm,
      () => startAtZero(dense({ inputs: width, units: pixels, random: random.fork('last') })),
    ]);
  const network = withTimeAndLabels(() => patchwise(tokens(), { size: patch }), {
    time: () => timeNetwork(width, timeSize, random),
    size: timeSize,
    classes,
    stepSizes,
    random,
  });
  const made = joinNetworks([network], (input, applied) => {
    checkFloat(where, 'input', input, [null, ...size, channels], 'The network is made for images of this size.');
    return network.apply(input, applied);
  });
  return madeBy(where, { ...read, timeSize }, made);
}

/** Adds to each place of `[batch, height, width, channels]` the waves of its row, then those of its column. */
function withPlaces(channels: number): Network {
  const waves = timeEmbedding({ size: channels / 2 });
  return createLayer([], (input) => {
    const [, height, width] = input.shape as [number, number, number];
    const along = (length: number, shape: number[]): Tensor =>
      tf.reshape(waves.apply(tf.range(0, length, 1, 'int32')), [...shape, channels / 2]);
    const rows = tf.tile(along(height, [height, 1]), [1, width, 1]);
    const columns = tf.tile(along(width, [1, width]), [height, 1, 1]);
    return tf.add(input, tf.concat([rows, columns], 2));
  });
}
