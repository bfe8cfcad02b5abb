import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { noisedOf } from '../diffusion/add-noise.js';
import { timestepsOf } from '../diffusion/per-example.js';
import { crossEntropy } from '../operations/cross-entropy.js';
import { checkRandom } from '../random/check-random.js';
import { stratify } from '../random/stratify.js';
import type { RandomStream } from '../random/stream.js';
import { checkFloat } from '../tensor/checks.js';
import { nested, readOptions } from '../tensor/options.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { checkOptimizer } from '../training/optimizers/read-optimizer.js';
import { checkAverage, type AverageOptions } from '../training/trainer/average.js';
import { trainerBy } from '../training/trainer/create-trainer.js';
import { lossKind } from '../training/trainer/read-game.js';
import { clipNormRule } from '../training/trainer/trainer-options.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { checkTableModel } from './check-table-model.js';
import { indicesOf, type TableModel } from './table-model.js';

/** Options of {@link createTableTrainer}. */
export interface TableTrainerOptions {
  /** The model to train. */
  readonly model: TableModel;
  /** From `createAdam`, or any `tf.Optimizer`; one for each trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of timesteps, noise and masks, through its fork `table trainer`. */
  readonly random: RandomStream;
  /** A running average of the model, which makes better rows. */
  readonly average?: AverageOptions<TableModel> | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
}

/** The share of rows of which some cells are known, so that conditional distributions are learned. */
const CONDITIONAL = 0.5;
/** The smallest probability of a mask by which its term is divided. */
const LEAST = 0.05;

/**
 * A trainer for a model of a table.
 *
 * loss = (numbers * mean |velocity - prediction|^2 + categories * mean over masked ones of -log p(category) / t) / columns; the weight 1 / t,
 * at most 20, makes the second term a bound of the nats of the categories
 *
 * @param options - see {@link TableTrainerOptions}
 * @returns a trainer with the metrics `loss`, `numbers` (1 before the first update) and `categories` (nats for each category). Its batches
 *   are float32 `[rows, columns]`, from {@link encodeTable}. It does not own model or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks A missing number takes a score from N(0, 1) instead of its 0, so that its score says nothing. In half of the rows a random part of
 *   the cells is known.
 */
export function createTableTrainer(options: TableTrainerOptions): Trainer<'loss' | 'numbers' | 'categories'> {
  const caller = 'createTableTrainer';
  const { model, average, ...shared } = readOptions(caller, options, {
    model: checkTableModel,
    optimizer: checkOptimizer,
    random: checkRandom,
    average: nested,
    clipNorm: clipNormRule,
  });
  if (average !== undefined) checkAverage(caller, 'average', model, average);
  const { layout, groups, schedule, description } = model;
  const [numbers, categories] = [layout.numbers.length, layout.categories.length];
  const columns = numbers + categories;
  /** For each number, the place of the category that marks it as missing; -1 for none. */
  const flags = layout.numbers.map(({ column }) => layout.categories.findIndex((slot) => slot.columns[0] === column));
  return trainerBy(
    caller,
    {
      ...shared,
      name: 'table',
      parts: { model },
      averages: average && { model: average },
      settings: { description },
      loss: ({ x, random, options: applyOptions }) => {
        checkFloat('step', 'batch', x, [null, columns], 'Encode rows with encodeTable.');
        const rows = x.shape[0]!;
        const list = stratify(rows, schedule.steps, random);
        const at = timestepsOf(list, schedule.steps);
        const time = tf.tensor2d(
          Float32Array.from(list, (t) => (t + 0.5) / schedule.steps),
          [rows, 1],
        );
        const share = tf.mul(
          tf.cast(tf.less(random.uniform([rows, 1]), CONDITIONAL), 'float32'),
          random.uniform([rows, 1]),
        );
        // a number and the mark of its missing cells are known together
        const chance = random.uniform([rows, columns]);
        const given = tf.cast(tf.less(chance, share), 'float32');
        const givenNumbers = tf.slice(given, [0, 0], [-1, numbers]);
        const all = tf.slice(x, [0, numbers], [-1, categories]);
        let visible = tf.slice(given, [0, numbers], [-1, categories]);
        let [scores, known] = [tf.slice(x, [0, 0], [-1, numbers]), givenNumbers];
        if (flags.some((place) => place >= 0)) {
          const isMissing = tf.concat(
            flags.map((place) => (place < 0 ? tf.zeros([rows, 1]) : tf.slice(all, [0, place], [-1, 1]))),
            1,
          );
          scores = tf.add(scores, tf.mul(isMissing, random.normal([rows, numbers])));
          known = tf.mul(known, tf.sub(1, isMissing));
          visible = tf.concat(
            layout.categories.map((_, place) => {
              const number = flags.indexOf(place);
              return tf.slice(number < 0 ? visible : givenNumbers, [0, number < 0 ? place : number], [-1, 1]);
            }),
            1,
          );
        }
        const hidden = tf.mul(
          tf.sub(1, visible),
          tf.cast(tf.less(random.uniform([rows, categories]), time), 'float32'),
        );
        const indices = tf.cast(tf.sub(tf.mul(all, tf.sub(1, hidden)), hidden), 'int32');
        const noise = random.normal([rows, numbers]);
        const noised = noisedOf(scores, noise, at, schedule);
        const input = tf.add(noised, tf.mul(known, tf.sub(scores, noised)));
        const { velocity, logits } = model.predict({ scores: input, known, indices }, at, applyOptions);
        const target = velocityOf(scores, noise, list, schedule.alphaBar);
        const free = tf.sub(1, known);
        const ofNumbers = tf.div(
          tf.sum(tf.mul(free, tf.square(tf.sub(target, velocity)))),
          Math.max(1, rows * numbers),
        );
        const labels = tf.cast(tf.sub(tf.mul(tf.add(all, 1), hidden), 1), 'int32');
        const weights = tf.div(1, tf.maximum(time, LEAST));
        const terms = groups.map((group, i) => {
          const nats = tf.reshape(crossEntropy(logits[i]!, indicesOf(labels, group)), [rows, group.places.length]);
          return tf.sum(tf.mul(weights, nats));
        });
        const ofCategories = tf.div(
          terms.length > 0 ? terms.reduce((a, b) => tf.add(a, b)) : tf.scalar(0),
          Math.max(1, rows * categories),
        );
        const loss = tf.div(tf.add(tf.mul(numbers, ofNumbers), tf.mul(categories, ofCategories)), columns);
        return { loss, numbers: ofNumbers, categories: ofCategories };
      },
    },
    lossKind,
  );
}

/** alpha noise - sigma x at the timestep of each row. */
function velocityOf(x: Tensor, noise: Tensor, list: Int32Array, alphaBar: ArrayLike<number>): Tensor {
  const column = (f: (share: number) => number): Tensor =>
    tf.tensor2d(
      Float32Array.from(list, (t) => f(alphaBar[t]!)),
      [list.length, 1],
    );
  return tf.sub(
    tf.mul(column(Math.sqrt), noise),
    tf.mul(
      column((share) => Math.sqrt(1 - share)),
      x,
    ),
  );
}
