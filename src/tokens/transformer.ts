import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gelu } from '../nets/activations.js';
import { callNetwork, checkApplyOptions } from '../nets/apply-options.js';
import { labelsFor } from '../nets/conditions/conditioning.js';
import { joinNetworks, makeAll } from '../nets/layer.js';
import { attention } from '../nets/layers/attention.js';
import { dense } from '../nets/layers/dense.js';
import { dropout as dropoutLayer } from '../nets/layers/dropout.js';
import { embedding } from '../nets/layers/embedding.js';
import { layerNorm } from '../nets/layers/layer-norm.js';
import type { ApplyOptions, Network } from '../nets/network.js';
import { startAtZero } from '../nets/networks/start-at-zero.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkAlive, checkBoolean, checkInt, checkInteger, checkNumber } from '../tensor/checks.js';
import { outOfRange, wrongShape } from '../tensor/errors.js';
import { madeBy, note, noteOf } from '../tensor/made-by.js';
import { readOptions, type Read, type Rules } from '../tensor/options.js';
import { attendNext, withinBlocks, withoutLater, type Past } from './attend-next.js';
import type { NextLogits, TokenNetwork } from './token-network.js';

/** What {@link transformer} is made of. */
export interface TransformerOptions {
  /** Number of tokens, 0 ... tokens - 1. It also reads the index `tokens`: the start of a sequence, or the mask. */
  readonly tokens: number;
  /** The largest number of places of a sequence. */
  readonly length: number;
  /** Whether the logits at a place depend only on the tokens up to this place; true by default. A masked model needs false. */
  readonly causal?: boolean | undefined;
  /** Numbers per token inside; default 128. */
  readonly width?: number | undefined;
  /** Number of heads of attention, which must divide the width; default 4. */
  readonly heads?: number | undefined;
  /** Number of blocks; default 4. */
  readonly layers?: number | undefined;
  /** Number of class labels for `options.condition`; by default the condition is not used. */
  readonly classes?: number | undefined;
  /** The share of numbers that are set to zero in training, after the embedding and in each block; default 0. For small data, try 0.1. */
  readonly dropout?: number | undefined;
  /** Where the initial weights come from: its forks `tokens`, `places`, `labels`, `block I` and `logits`. */
  readonly random: RandomStream;
}

const transformerRules = {
  tokens: checkInteger,
  length: checkInteger,
  causal: { is: checkBoolean, default: true },
  width: { is: checkInteger, default: 128 },
  heads: { is: checkInteger, default: 4 },
  layers: { is: checkInteger, default: 4, most: 1000 },
  classes: { is: checkInteger, default: undefined },
  dropout: { is: checkNumber, default: 0, least: 0, below: 1 },
  random: checkRandom,
} satisfies Rules<TransformerOptions>;

type Settings = Read<TransformerOptions, typeof transformerRules>;

/**
 * A transformer: from tokens, int32 `[n, length]`, to logits, float32 `[n, length, tokens]`.
 *
 * x = embedding(token) + embedding(place) + embedding(class), the last if there are classes; in each block x = x + attention(norm(x)),
 * x = x + fall(gelu(rise(norm(x)))), where `rise` and `fall` are dense layers, the first of which has four times the width;
 * logits = norm(x) * weights + biases
 *
 * The weights and biases of the logits begin at zero, so that all tokens are equally likely. Variables: vectors of tokens
 * `[tokens + 1, width]` and of places `[length, width]`, those of classes if there are any, then for each block the norm, the attention, the
 * norm and the dense layers, then the norm and the logits.
 *
 * @param options - see {@link TransformerOptions}
 * @returns a network with `applyNext`, if it is causal, and with `applyBlocks` and `applyBlock` otherwise; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws TypeError or ShapeError unless its input is int32 of at most
 * `length` places, and TypeError without `options.condition` if there are classes. The token -1 counts as zeros; any other token out of
 * range gives NaN.
 * @example
 * ```ts
 * const network = transformer({ tokens: 27, length: 12, width: 32, layers: 2, random: createRandom(1) });
 * network.apply(tf.zeros([5, 12], 'int32')).shape; // [5, 12, 27]
 * ```
 * @see https://arxiv.org/abs/1706.03762 Vaswani et al. 2017; Radford et al. 2019, Language Models are Unsupervised Multitask Learners,
 *   section 2.3, for norms at the start of each block
 */
export function transformer(options: TransformerOptions): TokenNetwork {
  const where = 'transformer';
  const read = readOptions(where, options, transformerRules);
  const { length, width, heads, layers, classes, dropout } = read;
  if (width % heads !== 0) throw outOfRange(where, 'heads', `must divide the width, ${width}`, { got: heads });
  const networks: readonly Network[] = makeLayers(read);
  const [tokenVectors, places] = networks as [Network, Network];
  const labels = classes === undefined ? undefined : networks[2];
  const blocks = networks.slice(labels === undefined ? 2 : 3, -2);
  const [lastNorm, head] = networks.slice(-2) as [Network, Network];
  const drop = dropoutLayer({ rate: dropout });

  const run: Run = (input, begin, options, attend, copies = 1) => {
    const ownPlaces = tf.slice(places.variables[0]!, [begin, 0], [input.shape[1]! / copies, width]);
    const placeVectors = copies === 1 ? ownPlaces : tf.concat([ownPlaces, ownPlaces]);
    let x: Tensor = tf.add(tokenVectors.apply(input), placeVectors);
    if (labels !== undefined) x = tf.add(x, tf.expandDims(labelsFor(where, labels, input, options, width), 1));
    x = drop.apply(x, options);
    for (let i = 0; i < layers; i++) {
      const [norm, attention, secondNorm, rise, fall] = blocks.slice(5 * i) as [
        Network,
        Network,
        Network,
        Network,
        Network,
      ];
      x = tf.add(x, drop.apply(attend(attention, norm.apply(x), i), options));
      x = tf.add(x, drop.apply(fall.apply(rise.apply(secondNorm.apply(x))), options));
    }
    return head.apply(lastNorm.apply(x));
  };

  const joined = joinNetworks(
    networks,
    (input, options) => {
      checkPlaces(where, input, length);
      return run(input, 0, options, (layer, x) => layer.apply(x));
    },
    [classes ?? 0],
  );
  madeBy(where, read, joined);
  return Object.freeze(note({ ...joined, ...callsOf(joined, read, run) }, noteOf(joined)!));
}

/** The logits of tokens that follow `begin` others; `copies` of the sequence follow each other. */
type Run = (
  input: Tensor,
  begin: number,
  options: ApplyOptions,
  attend: (layer: Network, x: Tensor, i: number) => Tensor,
  copies?: number,
) => Tensor;

/** The other ways to call a transformer: for the tokens that follow, and, if it is not causal, in blocks. */
function callsOf(
  joined: Network,
  { length, heads, causal }: Settings,
  run: Run,
): Pick<TokenNetwork, 'applyNext' | 'applyBlock' | 'applyBlocks'> {
  const where = 'transformer';
  const call = <T>(input: Tensor, options: ApplyOptions, places: number, work: () => T): T => {
    checkAlive(where, 'network', joined.variables);
    checkApplyOptions(where, options);
    checkPlaces(where, input, places);
    return callNetwork(where, 'input', input, options, work);
  };
  const next = (
    hide: (products: Tensor) => Tensor,
    input: Tensor,
    past: readonly Tensor[],
    options: ApplyOptions = {},
  ): NextLogits => {
    const begin = past[0]?.shape[2] ?? 0;
    return call(input, options, length - begin, () =>
      tf.tidy(() => {
        const made: Past[] = [];
        const logits = run(input, begin, options, (layer, x, i) => {
          const attended = attendNext(layer, heads, x, past.slice(2 * i, 2 * i + 2), hide);
          made.push(attended.past);
          return attended.output;
        });
        return { logits, past: made.flat() };
      }),
    );
  };
  if (causal) return { applyNext: (...rest) => next(withoutLater, ...rest) };
  return {
    applyBlock: (...rest) => next((products) => products, ...rest),
    applyBlocks: (noised, clean, block, options = {}) =>
      call(noised, options, length, () => {
        checkInt(where, 'clean', clean, noised.shape);
        checkInteger(where, 'block', block);
        const places = noised.shape[1]!;
        if (places % block !== 0) throw outOfRange(where, 'block', `must divide the ${places} places`, { got: block });
        return tf.tidy(() => {
          const hide = withinBlocks(places, block);
          const attend = (layer: Network, x: Tensor): Tensor => attendNext(layer, heads, x, [], hide).output;
          const logits = run(tf.concat([noised, clean], 1), 0, options, attend, 2);
          return tf.slice(logits, [0, 0, 0], [-1, places, -1]);
        });
      }),
  };
}

/** The layers, in the order of their variables. */
function makeLayers({ tokens, length, causal, width, heads, layers, classes, random }: Settings): Network[] {
  const norm = (): Network => layerNorm({ inputs: width });
  const block = (i: number): (() => Network)[] => {
    const own = random.fork(`block ${i}`);
    return [
      norm,
      () => attention({ inputs: width, heads, causal, random: own.fork('attention') }),
      norm,
      () => dense({ inputs: width, units: 4 * width, activation: gelu, random: own.fork('rise') }),
      () => dense({ inputs: 4 * width, units: width, random: own.fork('fall') }),
    ];
  };
  const vectors = (classes: number, name: string) => (): Network =>
    embedding({ classes, size: width, random: random.fork(name) });
  return makeAll([
    vectors(tokens + 1, 'tokens'),
    vectors(length, 'places'),
    ...(classes === undefined ? [] : [vectors(classes, 'labels')]),
    ...Array.from({ length: layers }, (_, i) => block(i)).flat(),
    norm,
    () => startAtZero(dense({ inputs: width, units: tokens, random: random.fork('logits') })),
  ]);
}

/** Throws unless `input` is int32 `[n, k]` with at most `length` places. */
function checkPlaces(where: string, input: Tensor, length: number): void {
  checkInt(where, 'input', input, [null, null]);
  const places = input.shape[1]!;
  if (places > length) {
    throw wrongShape(where, 'input', [null, length], input.shape, 'Make the transformer with a larger `length`.');
  }
}
