import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { noisedOf, targetOf } from '../diffusion/add-noise.js';
import { predictVelocity } from '../diffusion/prediction-target.js';
import { drawnTimesteps, tableAt } from '../diffusion/per-example.js';
import { crossEntropy } from '../operations/cross-entropy.js';
import { stratify } from '../random/stratify.js';
import type { RandomStream } from '../random/stream.js';
import { checkFloat } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { checkOptimizer } from '../training/optimizers/read-optimizer.js';
import type { AverageOptions } from '../training/trainer/average.js';
import { trainerBy } from '../training/trainer/create-trainer.js';
import { lossKind } from '../training/trainer/read-game.js';
import { averagesOf, trainerRules } from '../training/trainer/trainer-options.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { flagsOf } from './category-groups.js';
import { checkTableModel } from './check-table-model.js';
import { presentIndices, type TableLayout } from './table-layout.js';
import type { TableModel } from './table-model.js';
import { indicesOf, predictorOf } from './table-predictor.js';

/** Options of {@link createTableTrainer}. */
export interface TableTrainerOptions {
  /** The model to train. */
  readonly model: TableModel;
  /** From `createAdam`, or any `tf.Optimizer`; one for each trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of timesteps, noise and masks, through its fork `table trainer`. */
  readonly random: RandomStream;
  /** A running average of the model, which makes better rows; none by default. */
  readonly average?: AverageOptions<TableModel> | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
}

/** The share of rows of which some cells are known, so that conditional distributions are learned. */
const CONDITIONAL = 0.5;
/** The smallest probability of a mask by which its term is divided. */
const MIN_TIME = 0.05;

/**
 * A trainer for a model of a table.
 *
 * loss = ( sum over numbers of |velocity - prediction|^2 + sum over masked categories of (1 / t) (-log p(category)) ) / cells, over the
 * cells that are not known; 1 / t, at most 20, makes the second sum a bound on the nats of the categories
 *
 * @param options - see {@link TableTrainerOptions}
 * @returns a trainer with the metrics `loss`, `numbers` (the mean of the first sum, 1 before the first update) and `categories` (that of the
 *   second, nats for each category). Its batches are float32 `[rows, columns]`, from {@link encodeTable}. It does not own model or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks A missing number takes a score from N(0, 1) instead of its 0, so that its score says nothing. In half of the rows a random part of
 *   the cells is known.
 * @example
 * ```ts
 * const rows = [{ kind: 'a', size: 1.5 }, { kind: 'b', size: 2.5 }];
 * const description = describeTable(rows);
 * const model = createTableModel({ description, width: 32, random });
 * const trainer = createTableTrainer({ model, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { data, shape } = encodeTable(description, rows);
 * await readMetrics(trainer.step(tf.tensor(data, [...shape])));
 * console.log((await sampleTable(model, 5, { random, steps: 2 })).length); // 5
 * ```
 * @see Shi et al. 2025, TabDiff, https://arxiv.org/abs/2410.20626
 */
export function createTableTrainer(options: TableTrainerOptions): Trainer<'loss' | 'numbers' | 'categories'> {
  const caller = 'createTableTrainer';
  const { model, average, ...shared } = readOptions(caller, options, {
    model: checkTableModel,
    optimizer: checkOptimizer,
    ...trainerRules,
  });
  const { layout, groups, schedule, predict } = predictorOf(model);
  const [numbers, categories] = [layout.numbers.length, layout.categories.length];
  const columns = numbers + categories;
  return trainerBy(
    caller,
    {
      ...shared,
      name: 'table',
      parts: { model },
      averages: averagesOf(caller, 'model', model, average),
      settings: { description: model.description },
      loss: ({ x, random, options: applyOptions }) => {
        checkFloat('step', 'batch', x, [null, columns], 'Encode rows with encodeTable.');
        const rows = x.shape[0];
        const list = stratify(rows, schedule.steps, random);
        const at = drawnTimesteps(list, schedule.steps);
        const times = Float32Array.from({ length: schedule.steps }, (_, t) => (t + 1) / schedule.steps);
        const time = tableAt(times, list, at, x);
        const { scores, known, indices, isVisible } = drawKnown(x, layout, random);
        const noise = random.normal([rows, numbers]);
        const noised = noisedOf(scores, noise, at, schedule);
        const isMasked = tf.mul(tf.sub(1, isVisible), lessThan(random.uniform([rows, categories]), time));
        const { velocity, logits } = predict(
          {
            scores: tf.add(noised, tf.mul(known, tf.sub(scores, noised))),
            known,
            indices: selectWhere(isMasked, -1, indices),
          },
          at,
          applyOptions,
        );
        const target = targetOf(scores, noise, at, { schedule, predicts: predictVelocity });
        const errors = tf.mul(tf.sub(1, known), tf.square(tf.sub(target, velocity)));
        const labels = selectWhere(isMasked, indices, -1);
        const terms = groups.map((group, i) => {
          const nats = crossEntropy(logits[i]!, indicesOf(labels, group));
          return tf.sum(tf.div(tf.reshape(nats, [rows, group.places.length]), tf.maximum(time, MIN_TIME)));
        });
        const ofNumbers = sumOf(errors);
        const ofCategories = terms.reduce((a, b) => tf.add(a, b), tf.scalar(0));
        const unknown = { numbers: sumOf(tf.sub(1, known)), categories: sumOf(tf.sub(1, isVisible)) };
        const cells = tf.add(unknown.numbers, unknown.categories);
        return {
          loss: tf.div(tf.add(ofNumbers, ofCategories), tf.maximum(cells, 1)),
          numbers: tf.div(ofNumbers, tf.maximum(unknown.numbers, 1)),
          categories: tf.div(ofCategories, tf.maximum(unknown.categories, 1)),
        };
      },
    },
    lossKind,
  );
}

/** The cells of a batch, and which of them are known exactly. */
interface DrawnCells {
  /** float32 `[rows, numbers]`; missing numbers have random ones. */
  readonly scores: Tensor;
  readonly known: Tensor;
  /** float32 `[rows, categories]` */
  readonly indices: Tensor;
  readonly isVisible: Tensor;
}

/** Draws which cells are known: none in half of the rows, a random share in the others. A number and the mark of its missing cells go together. */
function drawKnown(x: Tensor, layout: TableLayout, random: RandomStream): DrawnCells {
  const { numbers, categories } = layout;
  const [rows] = x.shape as [number, number];
  const columnsOf = (all: Tensor, from: number, size: number): Tensor => tf.slice(all, [0, from], [-1, size]);
  const share = tf.mul(lessThan(random.uniform([rows, 1]), CONDITIONAL), random.uniform([rows, 1]));
  const isGiven = lessThan(random.uniform([rows, numbers.length + categories.length]), share);
  const indices = columnsOf(x, numbers.length, categories.length);
  const scores = columnsOf(x, 0, numbers.length);
  const known = columnsOf(isGiven, 0, numbers.length);
  const isVisible = columnsOf(isGiven, numbers.length, categories.length);
  const marks = flagsOf(layout);
  if (marks.every((place) => place < 0)) return { scores, known, indices, isVisible };
  const marked = categories.map((_, place) => marks.indexOf(place));
  const isMissing = tf.concat(
    marks.map((place, number) => {
      if (place < 0) return tf.zeros([rows, 1]);
      const mark = columnsOf(indices, place, 1);
      const { column } = numbers[number]!;
      return column.weekdays ? tf.sub(1, lessThan(mark, presentIndices(column))) : mark;
    }),
    1,
  );
  return {
    scores: tf.add(scores, tf.mul(isMissing, random.normal([rows, numbers.length]))),
    known: tf.mul(known, tf.sub(1, isMissing)),
    indices,
    isVisible: tf.concat(
      marked.map((number, place) => (number < 0 ? columnsOf(isVisible, place, 1) : columnsOf(known, number, 1))),
      1,
    ),
  };
}

/** The sum of all numbers; WebGL and WebGPU cannot sum none. */
function sumOf(x: Tensor): Tensor {
  return x.size > 0 ? tf.sum(x) : tf.scalar(0);
}

/** 1 where x is less, float32. */
function lessThan(x: Tensor, limit: Tensor | number): Tensor {
  return tf.cast(tf.less(x, limit), 'float32');
}

/** An index for 1, another for 0, int32. */
function selectWhere(condition: Tensor, one: Tensor | number, other: Tensor | number): Tensor {
  return tf.cast(tf.add(other, tf.mul(condition, tf.sub(one, other))), 'int32');
}
