import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  attention,
  dense,
  dropout as dropoutLayer,
  embedding,
  gelu,
  layerNorm,
  type ApplyOptions,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import type { TokenNetwork } from 'tfjs-generative/tokens';
import { barLength } from 'tfjs-generative/music';
import { CELL, cellsInBar, type GridVocabulary } from './grid.js';

/** Bars with a vector of their own; later ones have that of the last. */
const BARS = 64;
/** Bars of a part of a tune, after which it is often repeated. */
const PART = 8;

/** What {@link gridTransformer} takes. */
export interface GridTransformerOptions {
  readonly vocabulary: GridVocabulary;
  /** Places of a sequence. */
  readonly length: number;
  readonly causal: boolean;
  /** Numbers per place inside, and blocks. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly dropout: number;
  /** Whether each place also has vectors of the cells next to it, which attention is slow to find; a causal network has that of the cell before. */
  readonly neighbours: boolean;
  readonly random: RandomStream;
}

/**
 * A transformer of places whose times are known. Its condition, float32 `[n, 3]`, has the class of the metre, and the first cell and the length of a hole.
 * A causal network reads the cells before the hole, those after it, and then those of the hole, in which order it predicts them: at each place it reads the
 * cell before in this order, and the time of the cell to predict. So it fills in holes with what stands on both sides. Without a hole, whose length is
 * then 0, the order is that of time. Other networks read their cells at their own times.
 *
 * @see Bavarian et al. 2022, https://arxiv.org/abs/2207.14255, for the order; Pannatier et al. 2024, https://arxiv.org/abs/2404.09562, for times of what is
 *   predicted
 */
export function gridTransformer(options: GridTransformerOptions): TokenNetwork {
  const { vocabulary, length, causal, width, layers, heads, dropout, neighbours, random } = options;
  const { tokens, metres } = vocabulary;
  const vectors = (classes: number, name: string): Network =>
    embedding({ classes, size: width, random: random.fork(name) });
  const cells = vectors(tokens + 1, 'cells');
  const inBar = vectors(Math.max(...metres.map(cellsInBar)), 'place in bar');
  const times = [inBar, vectors(BARS, 'bar'), vectors(PART, 'bar in part'), vectors(metres.length, 'metre')];
  const sides = vectors(3, 'side');
  const [before, next] = [vectors(tokens + 1, 'cell before'), vectors(tokens + 1, 'next cell')];
  const drop = dropoutLayer({ rate: dropout });
  const blocks = Array.from({ length: layers }, (_, i) => {
    const own = random.fork(`block ${i}`);
    return {
      norm: layerNorm({ inputs: width }),
      look: attention({ inputs: width, heads, causal, random: own.fork('attention') }),
      secondNorm: layerNorm({ inputs: width }),
      rise: dense({ inputs: width, units: 4 * width, activation: gelu, random: own.fork('rise') }),
      fall: dense({ inputs: 4 * width, units: width, random: own.fork('fall') }),
    };
  });
  const lastNorm = layerNorm({ inputs: width });
  const head = dense({ inputs: width, units: tokens, random: random.fork('logits') });
  // all tokens are equally likely at first
  for (const variable of head.variables) tf.tidy(() => variable.assign(tf.zerosLike(variable)));

  /** The vectors of places `begin`, `begin + 1` and so on, `[n, count, width]`. */
  const placeVectors = (begin: number, count: number, condition: Tensor): Tensor => {
    const { inBar, bar, inPart, metre, side } = timesOf(vocabulary, condition, { begin, count, length });
    const known = [inBar, tf.minimum(bar, tf.scalar(BARS - 1, 'int32')), inPart, metre];
    return [sides.apply(side), ...known.map((indices, i) => times[i]!.apply(indices))].reduce((a, b) => tf.add(a, b));
  };
  /** The vectors of cells and of the cells next to them. A cell that may not be seen is -1. */
  const cellVectors = (own: Tensor, left: Tensor, right?: Tensor): Tensor => {
    if (!neighbours) return cells.apply(own);
    const sum = tf.add(cells.apply(own), before.apply(left));
    return right === undefined ? sum : tf.add(sum, next.apply(right));
  };
  const run = (
    input: Tensor,
    places: Tensor,
    options: ApplyOptions,
    attend: (look: Network, x: Tensor, i: number) => Tensor,
  ): Tensor => {
    let x = drop.apply(tf.add(input, places), options);
    for (const [i, { norm, look, secondNorm, rise, fall }] of blocks.entries()) {
      x = tf.add(x, drop.apply(attend(look, norm.apply(x), i), options));
      x = tf.add(x, drop.apply(fall.apply(rise.apply(secondNorm.apply(x))), options));
    }
    return x;
  };
  const logitsOf = (x: Tensor): Tensor => head.apply(lastNorm.apply(x));
  const follow: NonNullable<TokenNetwork['applyNext']> = (input, [last, ...past], options = {}) =>
    tf.tidy(() => {
      const [begin, count] = [past[0]?.shape[2] ?? 0, input.shape[1]!];
      const made = [tf.slice(input, [0, count - 1], [-1, 1])];
      const places = placeVectors(begin, count, options.condition!);
      const own = cellVectors(input, shifted(input, last), causal ? undefined : shiftedBack(input));
      const x = run(own, places, options, (look, x, i) => {
        const { output, keys, values } = attendNext(look, heads, x, past.slice(2 * i, 2 * i + 2), causal);
        made.push(keys, values);
        return output;
      });
      return { logits: logitsOf(x), past: made };
    });
  const parts = [
    cells,
    ...times,
    sides,
    ...(neighbours ? [before] : []),
    ...(neighbours && !causal ? [next] : []),
    ...blocks.flatMap(({ norm, look, secondNorm, rise, fall }) => [norm, look, secondNorm, rise, fall]),
    lastNorm,
    head,
  ];
  return {
    variables: parts.flatMap(({ variables }) => variables),
    apply: (input, options = {}) =>
      tf.tidy(() => {
        const places = placeVectors(0, input.shape[1]!, options.condition!);
        const own = cellVectors(input, shifted(input), causal ? undefined : shiftedBack(input));
        return logitsOf(run(own, places, options, (look, x) => look.apply(x)));
      }),
    ...(causal
      ? { applyNext: follow }
      : {
          applyBlock: follow,
          applyBlocks: (noised, clean, block, options = {}) =>
            tf.tidy(() => {
              const count = noised.shape[1]!;
              const own = placeVectors(0, count, options.condition!);
              const masks = { all: hiddenFrom(count, block, true), before: hiddenFrom(count, block, false) };
              const look = (layer: Network, x: Tensor): Tensor => attendBlocks(layer, heads, x, block, masks);
              const isFirst = tf.equal(
                tf.mod(tf.range(0, count, 1, 'int32'), tf.scalar(block, 'int32')),
                tf.scalar(0, 'int32'),
              );
              const isLast = shiftedBack(tf.cast(tf.reshape(isFirst, [1, count]), 'int32'));
              const hide = (right: Tensor): Tensor =>
                tf.where(tf.equal(isLast, tf.scalar(0, 'int32')), right, tf.scalar(-1, 'int32'));
              const left = tf.where(isFirst, shifted(clean), shifted(noised));
              const cells = tf.concat(
                [
                  cellVectors(noised, left, hide(shiftedBack(noised))),
                  cellVectors(clean, shifted(clean), hide(shiftedBack(clean))),
                ],
                1,
              );
              const x = run(cells, tf.concat([own, own], 1), options, look);
              return logitsOf(tf.slice(x, [0, 0, 0], [-1, count, -1]));
            }),
        }),
    dispose: () => [...parts, before, next].forEach((part) => part.dispose()),
  };
}

/** The times of the cells that some places predict, and on which side of the hole they are (0 before, 1 after, 2 in it), each int32 `[n, count]`. */
function timesOf(
  { metres }: GridVocabulary,
  condition: Tensor,
  { begin, count, length }: Readonly<Record<'begin' | 'count' | 'length', number>>,
): Readonly<Record<'inBar' | 'bar' | 'inPart' | 'metre' | 'side', Tensor>> {
  const [metre, start, hole] = tf.split(condition, 3, 1) as [Tensor, Tensor, Tensor];
  const place = tf.reshape(tf.range(begin, begin + count, 1, 'float32'), [1, count]);
  const after = tf.sub(length, hole);
  const isPast = tf.cast(tf.greaterEqual(place, start), 'float32');
  const isHole = tf.cast(tf.greaterEqual(place, after), 'float32');
  const cell = tf.add(place, tf.sub(tf.mul(isPast, hole), tf.mul(isHole, tf.sub(length, start))));
  const classes = tf.cast(metre, 'int32');
  const units = tf.gather(tf.tensor1d(metres.map(barLength)), classes);
  // whole numbers, so half a unit keeps a rounded quotient on the right side
  const bar = tf.floor(tf.div(tf.add(tf.mul(cell, CELL), 0.5), units));
  const inBar = tf.floor(tf.div(tf.add(tf.sub(tf.mul(cell, CELL), tf.mul(bar, units)), 0.5), CELL));
  const inPart = tf.sub(bar, tf.mul(PART, tf.floor(tf.div(tf.add(bar, 0.5), PART))));
  const [a, b, c, side] = [inBar, bar, inPart, tf.add(isPast, isHole)].map((x) => tf.cast(x, 'int32'));
  return { inBar: a!, bar: b!, inPart: c!, side: side!, metre: tf.tile(classes, [1, count]) };
}

/** The cell before each, int32 `[n, count]`: before the first one the last of those that precede, or -1. */
function shifted(input: Tensor, last?: Tensor): Tensor {
  const [n, count] = input.shape as [number, number];
  return tf.slice(tf.concat([last ?? tf.fill([n, 1], -1, 'int32'), input], 1), [0, 0], [-1, count]);
}

/** The cell after each, and -1 after the last. */
function shiftedBack(input: Tensor): Tensor {
  const [n, count] = input.shape as [number, number];
  return tf.slice(tf.concat([input, tf.fill([n, 1], -1, 'int32')], 1), [0, 1], [-1, count]);
}

/** Queries, keys and values of a layer made by `attention`, each `[n, heads, count, size]`. */
function projectionsOf({ variables }: Network, heads: number, x: Tensor): [Tensor, Tensor, Tensor] {
  const [weights, biases] = variables as unknown as [Tensor, Tensor];
  const [n, count, width] = x.shape as [number, number, number];
  const projected = tf.add(tf.matMul(tf.reshape(x, [n * count, width]), weights), biases);
  const perHead = (y: Tensor): Tensor => tf.transpose(tf.reshape(y, [n, count, heads, width / heads]), [0, 2, 1, 3]);
  const [queries, keys, values] = tf.split(projected, 3, 1).map(perHead) as [Tensor, Tensor, Tensor];
  return [tf.mul(queries, (width / heads) ** -0.5), keys, values];
}

/** The output of a layer made by `attention`, from what its heads have collected, `[n, heads, count, size]`. */
function outputOf({ variables }: Network, heard: Tensor): Tensor {
  const [weights, biases] = variables.slice(2) as unknown as [Tensor, Tensor];
  const [n, heads, count, size] = heard.shape as [number, number, number, number];
  const rows = tf.reshape(tf.transpose(heard, [0, 2, 1, 3]), [n * count, heads * size]);
  return tf.reshape(tf.add(tf.matMul(rows, weights), biases), [n, count, heads * size]);
}

/** A layer made by `attention`, applied to cells that follow those whose keys and values are kept. */
function attendNext(
  look: Network,
  heads: number,
  x: Tensor,
  [pastKeys, pastValues]: readonly Tensor[],
  causal: boolean,
): Readonly<Record<'output' | 'keys' | 'values', Tensor>> {
  const [queries, newKeys, newValues] = projectionsOf(look, heads, x);
  const keys = pastKeys === undefined ? newKeys : tf.concat([pastKeys, newKeys], 2);
  const values = pastValues === undefined ? newValues : tf.concat([pastValues, newValues], 2);
  const products = tf.matMul(queries, keys, false, true);
  const count = x.shape[1]!;
  const seen = causal && count > 1 ? tf.add(products, laterThan(count, keys.shape[2]!)) : products;
  return { output: outputOf(look, tf.matMul(tf.softmax(seen), values)), keys, values };
}

/** The same of `[noised; clean]` cells: a noised cell sees its block and the clean blocks before it, a clean one its block and those before it. */
function attendBlocks(
  look: Network,
  heads: number,
  x: Tensor,
  block: number,
  { all, before }: Readonly<Record<'all' | 'before', Tensor>>,
): Tensor {
  const [queries, keys, values] = projectionsOf(look, heads, x).map((y) => tf.split(y, 2, 2)) as [
    Tensor[],
    Tensor[],
    Tensor[],
  ];
  const [n, , length, size] = keys[0]!.shape as [number, number, number, number];
  const own = (y: Tensor): Tensor => tf.reshape(y, [(n * heads * length) / block, block, -1]);
  const clean = tf.softmax(tf.add(tf.matMul(queries[1]!, keys[1]!, false, true), all));
  const within = tf.reshape(tf.matMul(own(queries[0]!), own(keys[0]!), false, true), [n, heads, length, block]);
  const earlier = tf.add(tf.matMul(queries[0]!, keys[1]!, false, true), before);
  const weights = tf.softmax(tf.concat([earlier, within], 3));
  const [ofEarlier, ofOwn] = tf.split(weights, [length, block], 3) as [Tensor, Tensor];
  const fromOwn = tf.reshape(tf.matMul(own(ofOwn), own(values[0]!)), [n, heads, length, size]);
  const noised = tf.add(tf.matMul(ofEarlier, values[1]!), fromOwn);
  return outputOf(look, tf.concat([noised, tf.matMul(clean, values[1]!)], 2));
}

/** A large negative number for each key that comes after its query, `[count, all]`. */
function laterThan(count: number, all: number): Tensor {
  return tf.tensor2d(
    Float32Array.from({ length: count * all }, (_, i) => (i % all > all - count + Math.floor(i / all) ? -1e9 : 0)),
    [count, all],
  );
}

/** A large negative number for each clean cell that is in a block after that of the cell that looks, or in the same block unless it counts. */
function hiddenFrom(length: number, block: number, isOwnSeen: boolean): Tensor {
  const hidden = Float32Array.from({ length: length * length }, (_, i) => {
    const [own, other] = [Math.floor(i / length), i % length].map((place) => Math.floor(place / block)) as [
      number,
      number,
    ];
    return other < own || (isOwnSeen && other === own) ? 0 : -1e9;
  });
  return tf.tensor2d(hidden, [length, length]);
}
