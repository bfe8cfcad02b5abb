import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseSchedule } from '../diffusion/noise-schedule.js';
import { cosineSchedule } from '../diffusion/schedules.js';
import type { ApplyOptions } from '../nets/network.js';
import { oneHot } from '../tensor/one-hot.js';
import { groupsOf, type CategoryGroup } from './category-groups.js';
import { layoutOf, type TableLayout } from './table-layout.js';
import type { TableModel } from './table-model.js';

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

/** A model with all that follows from its description. */
export interface TablePredictor {
  readonly layout: TableLayout;
  readonly groups: readonly CategoryGroup[];
  readonly schedule: NoiseSchedule;
  predict(noised: NoisedTable, timesteps: Tensor, options?: ApplyOptions): TablePrediction;
}

/** Steps of the clock. */
const STEPS = 1000;

/** What a model predicts of the scores and categories in its encoding. */
export function predictorOf({ description, network }: Pick<TableModel, 'description' | 'network'>): TablePredictor {
  const layout = layoutOf(description);
  const groups = groupsOf(layout);
  const numbers = layout.numbers.length;
  return {
    layout,
    groups,
    schedule: cosineSchedule({ steps: STEPS }),
    predict: ({ scores, known, indices }, timesteps, options) => {
      const rows = indices.shape[0];
      const inputs = [...(numbers > 0 ? [scores, known] : []), ...groups.map((group) => hotOf(indices, group))];
      const x = inputs.length === 1 ? inputs[0]! : tf.concat(inputs, 1);
      const output = network.apply(x, { ...options, timesteps });
      let from = numbers;
      const logits = groups.map(({ size, places }) => {
        const all = tf.slice(output, [0, from], [-1, size * places.length]);
        from += size * places.length;
        return tf.reshape(all, [rows * places.length, size]);
      });
      return { velocity: tf.slice(output, [0, 0], [-1, numbers]), logits };
    },
  };
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
