import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { scalesOf } from '../diffusion/noise-schedule.js';
import { timestepsOf } from '../diffusion/per-example.js';
import { dpmSolver } from '../diffusion/samplers/dpm-solver.js';
import { weightedSum } from '../diffusion/weighted-sum.js';
import { drawCategorical } from '../operations/draw-categorical.js';
import { softmax } from '../operations/softmax.js';
import type { RandomStream } from '../random/stream.js';
import type { KnownCells, LimitedCategory } from './known-cells.js';
import type { NoisedTable, TablePredictor } from './table-predictor.js';

/** What {@link drawRows} needs. */
export interface DrawRowsOptions {
  readonly count: number;
  readonly steps: number;
  readonly random: RandomStream;
  readonly known: KnownCells;
}

/** A logit that makes its category impossible, also in half precision. */
const IMPOSSIBLE = -1e4;

/**
 * Draws rows, encoded, `[count, columns]`; yields after each call of the network.
 *
 * Categories of which only some may be drawn come first, one after the other, given what is known; then all others together with the numbers.
 */
export function* drawRows(model: TablePredictor, options: DrawRowsOptions): Generator<void, Tensor> {
  const { schedule } = model;
  const { count, steps, random, known } = options;
  const numbers = model.layout.numbers.length;
  const timesteps = Array.from({ length: steps }, (_, k) => Math.ceil((schedule.steps * (steps - k)) / steps) - 1);
  const given = givenOf(model, options);
  const keep = (x: Tensor): Tensor => tf.add(x, tf.mul(given.known, tf.sub(given.scores, x)));
  let scores = tf.tidy(() => keep(random.normal([count, numbers])));
  let indices: Tensor = tf.clone(given.indices);
  let previous: { estimate: Tensor; timestep: number } | undefined;
  try {
    for (const limited of known.limited) {
      const drawn = tf.tidy(() => drawLimited(model, { scores, known: given.known, indices }, limited, random));
      tf.dispose(indices);
      indices = drawn;
      yield;
    }
    for (const [k, from] of timesteps.entries()) {
      const to = timesteps[k + 1] ?? -1;
      const made = tf.tidy(() => {
        const at = timestepsOf(new Int32Array(count).fill(from), schedule.steps);
        const { velocity, logits } = model.predict({ scores, known: given.known, indices }, at);
        const [alpha, sigma] = scalesOf(schedule, from);
        const estimate = weightedSum([alpha, scores], [-sigma, velocity]);
        const unused = { history: [], noise: noNoise, denoise: noNoise };
        const next = dpmSolver.step({ xt: scores, estimate, previous, from, to, schedule, ...unused }) as Tensor;
        const shown = (from - to) / (from + 1);
        return { scores: keep(next), indices: drawShown(model, { indices, logits, shown, random }), estimate };
      });
      tf.dispose([scores, indices, previous?.estimate]);
      [scores, indices] = [made.scores, made.indices];
      previous = { estimate: made.estimate, timestep: from };
      yield;
    }
    return tf.tidy(() => tf.concat([scores, tf.cast(indices, 'float32')], 1));
  } finally {
    tf.dispose([scores, indices, previous?.estimate, given.scores, given.known, given.indices]);
  }
}

/** The solver of the numbers adds no noise. */
function noNoise(): never {
  throw new Error('not random');
}

/** What is known of the rows, as the network takes it. */
function givenOf({ layout }: TablePredictor, { count, known: { values, isKnown } }: DrawRowsOptions): NoisedTable {
  const [numbers, categories] = [layout.numbers.length, layout.categories.length];
  return tf.tidy(() => {
    const all = tf.tensor2d(values, [count, numbers + categories]);
    const known = tf.tensor2d(isKnown, [count, numbers + categories]);
    const part = (x: Tensor, from: number, size: number) => tf.slice(x, [0, from], [-1, size]);
    const shifted = tf.mul(tf.add(part(all, numbers, categories), 1), part(known, numbers, categories));
    return {
      scores: part(all, 0, numbers),
      known: part(known, 0, numbers),
      indices: tf.cast(tf.sub(shifted, 1), 'int32'),
    };
  });
}

/** Shows each masked category with a probability: the indices, with those that are drawn from the logits. */
function drawShown(
  { groups }: TablePredictor,
  {
    indices,
    logits,
    shown,
    random,
  }: { indices: Tensor; logits: readonly Tensor[]; shown: number; random: RandomStream },
): Tensor {
  if (groups.length === 0) return tf.clone(indices);
  const count = indices.shape[0];
  const drawn = groups.map(({ places }, i) => {
    const classes = drawCategorical(softmax(logits[i]!), random.uniform([count * places.length]));
    return tf.reshape(classes, [count, places.length]);
  });
  const order = inverseOf(groups.flatMap(({ places }) => places));
  const all = tf.gather(tf.concat(drawn, 1), tf.tensor1d(order, 'int32'), 1);
  const isShown = tf.logicalAnd(tf.less(indices, 0), tf.less(random.uniform(indices.shape), shown));
  return tf.where(isShown, all, indices);
}

/** Draws a category from those that are allowed, before anything else is drawn: the indices, with those that are drawn. */
function drawLimited(
  { groups, schedule, predict }: TablePredictor,
  noised: NoisedTable,
  { place, allowed }: LimitedCategory,
  random: RandomStream,
): Tensor {
  const { indices } = noised;
  const [count, categories] = indices.shape as [number, number];
  const at = timestepsOf(new Int32Array(count).fill(schedule.steps - 1), schedule.steps);
  const { logits } = predict(noised, at);
  const group = groups.findIndex(({ places }) => places.includes(place));
  const { size, places } = groups[group]!;
  const all = tf.reshape(logits[group]!, [count, places.length, size]);
  const own = tf.reshape(tf.slice(all, [0, places.indexOf(place), 0], [-1, 1, -1]), [count, size]);
  const mask = tf.tensor2d(allowed, [count, size]);
  const possible = tf.where(tf.greater(mask, 0), own, IMPOSSIBLE);
  const drawn = drawCategorical(softmax(possible), random.uniform([count]));
  const isHere = tf.tensor1d(
    Array.from({ length: categories }, (_, i) => i === place),
    'bool',
  );
  const isDrawn = tf.logicalAnd(tf.logicalAnd(tf.less(indices, 0), isHere), tf.greater(tf.sum(mask, 1, true), 1));
  return tf.where(isDrawn, tf.reshape(drawn, [count, 1]), indices);
}

/** The place of each number of a permutation. */
function inverseOf(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((to, from) => (inverse[to] = from));
  return inverse;
}
