import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { cosineSchedule } from '../diffusion/schedules.js';
import type { NoiseSchedule } from '../diffusion/noise-schedule.js';
import type { ApplyOptions, Part } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkInteger } from '../tensor/checks.js';
import { madeBy, note } from '../tensor/made-by.js';
import { oneHot } from '../tensor/one-hot.js';
import { readOptions } from '../tensor/options.js';
import { groupsOf, type CategoryGroup } from './category-groups.js';
import { checkDescription } from './check-description.js';
import type { TableDescription } from './description.js';
import { layoutOf, type TableLayout } from './table-layout.js';
import { tableNetwork } from './table-network.js';

/** Options of {@link createTableModel}. */
export interface TableModelOptions {
  /** The table, from {@link describeTable}. */
  readonly description: TableDescription;
  /** Numbers in each hidden layer; default 256. */
  readonly width?: number | undefined;
  /** Hidden layers; default 4. */
  readonly layers?: number | undefined;
  /** Where the initial weights come from: its forks `first`, `0`, `0/time`, ..., `last`. */
  readonly random: RandomStream;
}

/** A table on the way from noise: what is known of it, and where. */
export interface NoisedTable {
  /** float32 `[rows, numbers]`: scores with noise, and those that are known. */
  readonly scores: Tensor;
  /** float32 `[rows, numbers]`: 1 where a score is known. */
  readonly known: Tensor;
  /** int32 `[rows, categories]`, with -1 for those that are masked. */
  readonly indices: Tensor;
}

/** What a model predicts. */
export interface TablePrediction {
  /** float32 `[rows, numbers]`: alpha noise - sigma score. */
  readonly velocity: Tensor;
  /** The logits of each group, float32 `[rows * places, size]`. */
  readonly logits: readonly Tensor[];
}

/** A model of the rows of a table: diffusion of its numbers and masked diffusion of its categories, by one network with one clock. */
export interface TableModel extends Part {
  readonly description: TableDescription;
  /** @internal */
  readonly layout: TableLayout;
  /** @internal */
  readonly groups: readonly CategoryGroup[];
  /** @internal */
  readonly schedule: NoiseSchedule;
  /** @internal */
  predict(noised: NoisedTable, timesteps: Tensor, options?: ApplyOptions): TablePrediction;
}

/** Steps of the clock. */
const STEPS = 1000;

/**
 * A model of the rows of a table.
 *
 * At time t in (0, 1) each category is masked with probability t, and each normal score is alpha x + sigma noise, by a cosine schedule; the
 * network predicts velocity = alpha noise - sigma x of the scores, and p(category | what is visible)
 *
 * The network is also told which scores are known exactly: so it learns all conditional distributions, and {@link sampleTable} draws from
 * them without repeats.
 *
 * @param options - see {@link TableModelOptions}
 * @returns a model; the caller disposes it
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * const description = describeTable([{ kind: 'a', size: 1.5 }, { kind: 'b', size: 2.5 }]);
 * const model = createTableModel({ description, width: 32, random: createRandom(1) });
 * console.log(model.description.columns.length); // 2
 * ```
 * @see Shi et al. 2025, TabDiff, https://arxiv.org/abs/2410.20626
 */
export function createTableModel(options: TableModelOptions): TableModel {
  const where = 'createTableModel';
  const read = readOptions(where, options, {
    description: checkDescription,
    width: { is: checkInteger, default: 256 },
    layers: { is: checkInteger, default: 4 },
    random: checkRandom,
  });
  const { description, width, layers, random } = read;
  const layout = layoutOf(description);
  const [numbers, groups] = [layout.numbers.length, groupsOf(layout)];
  const slots = groups.reduce((sum, { size, places }) => sum + size * places.length, 0);
  const network = tableNetwork({ inputs: 2 * numbers + slots, outputs: numbers + slots, width, layers, random });
  const model: TableModel = {
    variables: network.variables,
    dispose: () => network.dispose(),
    description,
    layout,
    groups,
    schedule: cosineSchedule({ steps: STEPS }),
    predict: ({ scores, known, indices }, timesteps, applyOptions) => {
      const rows = indices.shape[0] ?? scores.shape[0];
      const inputs = [...(numbers > 0 ? [scores, known] : []), ...groups.map((group) => hotOf(indices, group))];
      const output = network.apply(inputs.length === 1 ? inputs[0]! : tf.concat(inputs, 1), {
        ...applyOptions,
        timesteps,
      });
      let from = numbers;
      const logits = groups.map(({ size, places }) => {
        const all = tf.slice(output, [0, from], [-1, size * places.length]);
        from += size * places.length;
        return tf.reshape(all, [rows * places.length, size]);
      });
      return { velocity: tf.slice(output, [0, 0], [-1, numbers]), logits };
    },
  };
  return Object.freeze(note(madeBy(where, read, model), { classes: 0 }));
}

/** The indices of a group's categories, int32 `[rows * places]`. */
export function indicesOf(indices: Tensor, { places }: CategoryGroup): Tensor {
  const chosen = tf.gather(indices, tf.tensor1d([...places], 'int32'), 1);
  return tf.reshape(chosen, [indices.shape[0] * places.length]);
}

/** 1 at each index, float32 `[rows, places * size]`; zeros for masked categories. */
function hotOf(indices: Tensor, group: CategoryGroup): Tensor {
  const hot = oneHot(indicesOf(indices, group), group.size);
  return tf.reshape(hot, [indices.shape[0], group.places.length * group.size]);
}
