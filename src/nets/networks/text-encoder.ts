import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInt, checkInteger } from '../../tensor/checks.js';
import { outOfRange, wrongShape } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { gelu } from '../activations.js';
import { joinNetworks, makeAll } from '../layer.js';
import { crossAttention } from '../layers/cross-attention.js';
import { dense } from '../layers/dense.js';
import { embedding } from '../layers/embedding.js';
import { layerNorm } from '../layers/layer-norm.js';
import type { Network } from '../network.js';

/** What {@link textEncoder} is made of. */
export interface TextEncoderOptions {
  /** Number of tokens, with 0, which is padding: they are 1 ... tokens - 1. */
  readonly tokens: number;
  /** The largest number of tokens of a text. */
  readonly length: number;
  /** Numbers per token; default 64. */
  readonly width?: number | undefined;
  /** Number of heads of attention, which must divide the width; default 4. */
  readonly heads?: number | undefined;
  /** Number of blocks; default 1. */
  readonly layers?: number | undefined;
  /** Where the initial weights come from: its forks `tokens`, `places` and `block I`. */
  readonly random: RandomStream;
}

/**
 * Reads short texts for {@link withTokens}: from int32 tokens `[batch, n]`, n at most `length`, to `[batch, n, width]`.
 *
 * A token begins as the sum of its vector and that of its place. Each block adds attend(norm(x)) to x, then fall(gelu(rise(norm(x)))); the result is
 * norm(x).
 *
 * `attend` is {@link crossAttention} of each token to all tokens of its text; those that are not above 0 are padding, which changes no bit at the
 * others. The norms are {@link layerNorm}, and the first dense layer of a block has four times the width. Variables: tokens, places, the blocks
 * in order, the last norm.
 *
 * @param options - the sizes and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws TypeError or ShapeError unless its input is int32 `[batch, n]`
 * @example
 * ```ts
 * const encoder = textEncoder({ tokens: 100, length: 8, width: 16, random: createRandom(1) });
 * encoder.apply(tf.tensor2d([[7, 42, 0]], [1, 3], 'int32')).shape; // [1, 3, 16]
 * ```
 * @see https://arxiv.org/abs/2112.10741 Nichol et al. 2021, section 3, whose text encoder also trains with the denoiser
 */
export function textEncoder(options: TextEncoderOptions): Network {
  const where = 'textEncoder';
  const read = readOptions(where, options, {
    tokens: { is: checkInteger, least: 2 },
    length: checkInteger,
    width: { is: checkInteger, default: 64 },
    heads: { is: checkInteger, default: 4 },
    layers: { is: checkInteger, default: 1, most: 1000 },
    random: checkRandom,
  });
  const { tokens, length, width, heads, layers, random } = read;
  if (width % heads !== 0) throw outOfRange(where, 'heads', `must divide the width, ${width}`, { got: heads });
  const norm = (): Network => layerNorm({ inputs: width });
  const block = (_: unknown, i: number): (() => Network)[] => {
    const own = random.fork(`block ${i}`);
    return [
      norm,
      () => crossAttention({ inputs: width, context: width, heads, random: own.fork('attention') }),
      norm,
      () => dense({ inputs: width, units: 4 * width, activation: gelu, random: own.fork('rise') }),
      () => dense({ inputs: 4 * width, units: width, random: own.fork('fall') }),
    ];
  };
  const vectors = (classes: number, name: string) => (): Network =>
    embedding({ classes, size: width, random: random.fork(name) });
  const networks: readonly Network[] = makeAll([
    vectors(tokens, 'tokens'),
    vectors(length, 'places'),
    ...Array.from({ length: layers }, block).flat(),
    norm,
  ]);
  const [tokenVectors, places, ...blocks] = networks as [Network, Network, ...Network[]];
  const run = (input: Tensor): Tensor => {
    checkInt(where, 'input', input, [null, null]);
    const n = input.shape[1]!;
    if (n > length) {
      throw wrongShape(where, 'input', [null, length], input.shape, 'Make the encoder with a larger `length`.');
    }
    let x: Tensor = tf.add(tokenVectors.apply(input), tf.slice(places.variables[0]!, [0, 0], [n, width]));
    for (let i = 0; i < layers; i++) {
      const [before, attend, between, rise, fall] = blocks.slice(5 * i) as [
        Network,
        Network,
        Network,
        Network,
        Network,
      ];
      const context = before.apply(x);
      x = tf.add(x, attend.apply(context, { conditions: { context, tokens: input } }));
      x = tf.add(x, fall.apply(rise.apply(between.apply(x))));
    }
    return blocks.at(-1)!.apply(x);
  };
  return madeBy(where, read, joinNetworks(networks, run, [0]));
}
