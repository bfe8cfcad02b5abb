import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { DiagonalGaussian } from '../distributions/gaussian.js';
import { softplus } from '../gradients/elementwise.js';
import { flagsOf, groupsOf, type CategoryGroup } from './category-groups.js';
import { presentIndices, type TableLayout } from './table-layout.js';

/** Where the parameters of the columns of an encoded table are in a network's output. */
export interface ColumnsParameters {
  readonly numbers: number;
  readonly categories: number;
  readonly groups: readonly CategoryGroup[];
  /** The parameters in whole blocks, one for each column: as many as the columns need, rounded up. */
  readonly parameterSize: number;
  readonly outputs: number;
  /** The Gaussian of the scores, `[batch, numbers]`. */
  gaussianIn(parameters: Tensor): DiagonalGaussian;
  /** The logits of each group, `[batch * places, size]`. */
  logitsIn(parameters: Tensor): Tensor[];
  /** 1 for each number that is there, `[batch, numbers]`, from the indices `[batch, categories]`. */
  presentIn(indices: Tensor): Tensor;
  /** Encoded rows: scores, and an index for each row of logits. */
  encodedRows(
    parameters: Tensor,
    scoreOf: (gaussian: DiagonalGaussian) => Tensor,
    indexOf: (logits: Tensor) => Tensor,
  ): Tensor;
}

/** The parameters in order: means, log-variances, the logits of each group, and what fills the last block. */
export function columnsParameters(layout: TableLayout, minLogVariance: number): ColumnsParameters {
  const [numbers, categories] = [layout.numbers.length, layout.categories.length];
  const [groups, flags] = [groupsOf(layout), flagsOf(layout)];
  const logits = layout.categories.reduce((sum, { size }) => sum + size, 0);
  const parameterSize = Math.ceil((2 * numbers + logits) / (numbers + categories));
  const order: number[] = [];
  groups.flatMap(({ places }) => places).forEach((place, i) => (order[place] = i));
  const gaussianIn = (parameters: Tensor): DiagonalGaussian => {
    const v = tf.slice(parameters, [0, numbers], [-1, numbers]);
    return {
      mean: tf.slice(parameters, [0, 0], [-1, numbers]),
      logVariance: tf.add(minLogVariance, softplus(tf.sub(v, minLogVariance))),
    };
  };
  const logitsIn = (parameters: Tensor): Tensor[] => {
    let from = 2 * numbers;
    return groups.map(({ size, places }) => {
      const all = tf.slice(parameters, [0, from], [-1, size * places.length]);
      from += size * places.length;
      return tf.reshape(all, [-1, size]);
    });
  };
  const presentIn = (indices: Tensor): Tensor => {
    const none = tf.zeros([indices.shape[0], 1]);
    const places = flags.map((place) => (place < 0 ? categories : place));
    const marks = tf.gather(tf.concat([indices, none], 1), tf.tensor1d(places, 'int32'), 1);
    const present = layout.numbers.map(({ column }) => presentIndices(column));
    if (present.every((count) => count === 1)) return tf.sub(1, marks);
    return tf.cast(tf.less(marks, tf.tensor1d(present)), 'float32');
  };
  return {
    numbers,
    categories,
    groups,
    parameterSize,
    outputs: (numbers + categories) * parameterSize,
    gaussianIn,
    logitsIn,
    presentIn,
    encodedRows: (parameters, scoreOf, indexOf) => {
      const scores = numbers > 0 ? scoreOf(gaussianIn(parameters)) : undefined;
      if (scores !== undefined && categories === 0) return scores;
      const indices = logitsIn(parameters).map((rows, i) =>
        tf.reshape(tf.cast(indexOf(rows), 'float32'), [-1, groups[i]!.places.length]),
      );
      const all = tf.gather(tf.concat(indices, 1), tf.tensor1d(order, 'int32'), 1);
      return scores === undefined ? all : tf.concat([tf.mul(scores, presentIn(all)), all], 1);
    },
  };
}
