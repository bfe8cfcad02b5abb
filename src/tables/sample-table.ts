import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { dpmSolver } from '../diffusion/samplers/dpm-solver.js';
import { scalesAt } from '../diffusion/noise-schedule.js';
import { timestepsOf } from '../diffusion/per-example.js';
import { weightedSum } from '../diffusion/weighted-sum.js';
import { drawCategorical } from '../operations/draw-categorical.js';
import { softmax } from '../operations/softmax.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkAlive, checkFunction, checkInteger } from '../tensor/checks.js';
import { optional, readOptions, signalRule } from '../tensor/options.js';
import { createPause } from '../training/pause.js';
import { checkTableModel } from './check-table-model.js';
import { decodeTable, type MadeRow } from './decode-table.js';
import { readKnown, type KnownCells } from './known-cells.js';
import type { Row } from './rows.js';
import type { TableModel } from './table-model.js';

/** Options of {@link sampleTable}. */
export interface SampleTableOptions {
  /** Where the noise comes from. */
  readonly random: RandomStream;
  /** Calls of the network; default 50. */
  readonly steps?: number | undefined;
  /**
   * Cells that are known: a partial row for all, or one for each row. They come back untouched. A column that is absent is drawn, and may be
   * missing as in the table; one that is null is filled in with a value.
   */
  readonly known?: Row | readonly Row[] | undefined;
  /** Stops before the next call of the network; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each call of the network. */
  readonly onStep?: ((progress: { readonly step: number; readonly steps: number }) => void | Promise<void>) | undefined;
}

/** Rows that are drawn together. */
const ROWS = 2048;

/**
 * Draws rows from a model of a table.
 *
 * @param model - see {@link createTableModel}
 * @param n - how many rows, at least 1
 * @param options - see {@link SampleTableOptions}
 * @returns resolves to the rows, decoded; it rejects with `signal.reason`
 * @throws (rejects with) TypeError or RangeError if an argument is wrong, such as a known cell that does not fit its column
 * @example
 * ```ts
 * const description = describeTable([{ kind: 'a', size: 1.5 }, { kind: 'b', size: 2.5 }]);
 * const model = createTableModel({ description, width: 32, random });
 * const rows = await sampleTable(model, 3, { random, steps: 5, known: { kind: 'a' } });
 * console.log(rows.map(({ kind }) => kind)); // a, a, a
 * ```
 * @see Shi et al. 2025, TabDiff, https://arxiv.org/abs/2410.20626
 */
export async function sampleTable(model: TableModel, n: number, options: SampleTableOptions): Promise<MadeRow[]> {
  const where = 'sampleTable';
  checkTableModel(where, 'model', model);
  checkInteger(where, 'n', n);
  const { random, steps, known, signal, onStep } = readOptions(where, options, {
    random: checkRandom,
    steps: { is: checkInteger, default: 50, most: 1000 },
    known: optional,
    signal: signalRule,
    onStep: { is: checkFunction, default: undefined },
  });
  checkAlive(where, 'model', model.variables);
  const { description, layout } = model;
  const cells = readKnown(where, description, layout, known, n);
  const afterPause = createPause({ signal });
  const parts = Math.ceil(n / ROWS);
  const rows: MadeRow[] = [];
  for (let part = 0; part < parts; part++) {
    const count = Math.min(ROWS, n - part * ROWS);
    const work = drawRows(model, count, steps, random, cells.encoded(part * ROWS, count));
    try {
      for (let step = 1; ; step++) {
        const piece = await afterPause(() => work.next());
        if (piece.done) {
          const data = await piece.value.data();
          piece.value.dispose();
          rows.push(...decodeTable(description, { data, shape: [count, data.length / count] }));
          break;
        }
        await onStep?.({ step: part * steps + step, steps: parts * steps });
        signal?.throwIfAborted();
      }
    } finally {
      work.return(undefined as never);
    }
  }
  // known cells as they were given, not as the nearest ones that the encoding has
  return rows.map((row, i) => ({ ...row, ...cells.given(i) }));
}

/** Draws rows, encoded, `[count, columns]`; yields after each call of the network. */
function* drawRows(
  { layout, groups, schedule, predict }: TableModel,
  count: number,
  steps: number,
  random: RandomStream,
  { values, isKnown }: KnownCells,
): Generator<void, Tensor> {
  const [numbers, categories] = [layout.numbers.length, layout.categories.length];
  const timesteps = Array.from({ length: steps }, (_, k) => Math.ceil((schedule.steps * (steps - k)) / steps) - 1);
  const timeAt = (t: number): number => (t + 1) / schedule.steps;
  const given = tf.tidy(() => {
    const all = tf.tensor2d(values, [count, numbers + categories]);
    const known = tf.tensor2d(isKnown, [count, numbers + categories]);
    const part = (x: Tensor, from: number, size: number) => tf.slice(x, [0, from], [-1, size]);
    return {
      scores: part(all, 0, numbers),
      known: part(known, 0, numbers),
      indices: tf.sub(tf.mul(tf.add(part(all, numbers, categories), 1), part(known, numbers, categories)), 1),
    };
  });
  const keep = (x: Tensor): Tensor => tf.add(x, tf.mul(given.known, tf.sub(given.scores, x)));
  let scores = tf.tidy(() => keep(random.normal([count, numbers])));
  let indices: Tensor = tf.tidy(() => tf.cast(given.indices, 'int32'));
  let previous: { estimate: Tensor; timestep: number } | undefined;
  try {
    for (const [k, from] of timesteps.entries()) {
      const to = timesteps[k + 1] ?? -1;
      const made = tf.tidy(() => {
        const at = timestepsOf(new Int32Array(count).fill(from), schedule.steps);
        const { velocity, logits } = predict({ scores, known: given.known, indices }, at);
        const [alpha, sigma] = scalesAt(schedule, from);
        const estimate = weightedSum([alpha, scores], [-sigma, velocity]);
        const none = (): never => {
          throw new Error('not random');
        };
        const next = dpmSolver.step({
          xt: scores,
          estimate,
          previous,
          from,
          to,
          schedule,
          noise: none,
          denoise: none,
        }) as Tensor;
        const shown = 1 - timeAt(to) / timeAt(from);
        const drawn = groups.map((group, i) => {
          const classes = drawCategorical(softmax(logits[i]!), random.uniform([count * group.places.length]));
          return tf.reshape(classes, [count, group.places.length]);
        });
        const order = inverseOf(groups.flatMap(({ places }) => places));
        const all = drawn.length === 0 ? indices : tf.gather(tf.concat(drawn, 1), tf.tensor1d(order, 'int32'), 1);
        const isShown = tf.logicalAnd(tf.less(indices, 0), tf.less(random.uniform([count, categories]), shown));
        return { scores: keep(next), indices: tf.where(isShown, all, indices), estimate };
      });
      tf.dispose([scores, indices, previous?.estimate]);
      [scores, indices] = [made.scores, made.indices];
      previous = { estimate: made.estimate, timestep: from };
      yield;
    }
    return tf.tidy(() => tf.concat([scores, tf.cast(indices, 'float32')], 1));
  } finally {
    tf.dispose([scores, indices, previous?.estimate, ...Object.values(given)]);
  }
}

/** The place of each number of a permutation. */
function inverseOf(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((to, from) => (inverse[to] = from));
  return inverse;
}
