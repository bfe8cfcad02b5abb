import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { composed } from '../operations/composed.js';
import { checkInt, isTensor } from '../tensor/checks.js';
import { recorder } from '../tensor/recorder.js';
import { zerosWithin } from '../tensor/zeros-within.js';
import { checkTimestep, type NoiseSchedule } from './noise-schedule.js';
import { weightedSum } from './weighted-sum.js';

/** Throws unless `timesteps` is int32 with a step for each example. */
export function checkTimesteps(where: string, timesteps: Tensor, like: Tensor): void {
  checkInt(where, 'timesteps', timesteps, [like.shape[0]], 'It holds a step for each example.');
}

/**
 * The known facts about a tensor of timesteps: the number of steps of a table that contains them, and their values if the host made them.
 */
interface KnownTimesteps {
  readonly steps: number;
  readonly list?: Int32Array;
}

/** This is looked up without reading from the device, and only once. */
// eslint-disable-next-line no-restricted-syntax -- a second copy looks again: docs/design.md
const known = new WeakMap<Tensor, KnownTimesteps>();

/** An int32 tensor of timesteps that lie in 0 ... steps - 1. */
export function timestepsOf(list: Int32Array, steps: number): Tensor {
  const timesteps = tf.tensor1d(list, 'int32');
  known.set(timesteps, { steps, list });
  return timesteps;
}

/** {@link timestepsOf} for timesteps that a step draws on the host. While it is recorded, the list is hidden, so that only the tensor is an input. */
export function drawnTimesteps(list: Int32Array, steps: number): Tensor {
  const timesteps = timestepsOf(list, steps);
  const recording = recorder();
  if (recording) {
    recording.chosen(timesteps, 'timesteps');
    known.set(timesteps, { steps });
  }
  return timesteps;
}

/** The timestep f(t) for each timestep that a step drew. */
export function timestepsBy(f: (t: number) => number, list: Int32Array, timesteps: Tensor, steps: number): Tensor {
  if (!recorder()) return timestepsOf(list.map(f), steps);
  const table = Int32Array.from({ length: steps }, (_, t) => f(t));
  const found = tf.gather(tf.tensor1d(table, 'int32'), timesteps);
  known.set(found, { steps });
  return found;
}

/** The entry of a table for each timestep that a step drew, as a column that is broadcast over `like`. */
export function tableAt(table: ArrayLike<number>, list: Int32Array, timesteps: Tensor, like: Tensor): Tensor {
  const column = columnOf(like);
  if (recorder()) return tf.reshape(tf.gather(tf.tensor1d(Float32Array.from(table)), timesteps), column);
  return tf.tensor(
    Float32Array.from(list, (t) => table[t]!),
    column,
  );
}

/**
 * Returns x. If a timestep is not in the table, it throws on cpu and wasm, which read indices; on a GPU, where nothing is read, it puts
 * NaN into that row. Each tensor of timesteps is checked only once.
 */
export function withinTable(
  where: string,
  x: Tensor,
  timesteps: Tensor,
  steps: number,
  { argument = 'timesteps', least = 0 } = {},
): Tensor {
  if ((known.get(timesteps)?.steps ?? Infinity) <= steps) return x;
  const fix = argument === 'options.stepSize' ? undefined : 'They are indices of the schedule.';
  const zeros = zerosWithin(where, argument, timesteps, steps, { least, fix });
  known.set(timesteps, { steps });
  return tf.add(x, tf.reshape(zeros, columnOf(x)));
}

/** The shape of one number per example that is broadcast over `like`. */
export function columnOf(like: Tensor): number[] {
  return like.shape.map((size, axis) => (axis === 0 ? size : 1));
}

/**
 * a x + b y, where [a, b] is a function of each example's timestep, computed in float64. Timesteps made on the host are looked up there;
 * if all are the same, as in a sampler, the sum uses two numbers, and a term that is multiplied by 0 is not computed.
 */
export function mixByTimestep(
  weights: (t: number) => readonly [ofX: number, ofY: number],
  timesteps: Tensor,
  steps: number,
  x: () => Tensor,
  y: () => Tensor,
): Tensor {
  const list = known.get(timesteps)?.list;
  if (list?.every((t) => t === list[0])) {
    const [ofX, ofY] = weights(list[0]!);
    return weightedSum([ofX, x], [ofY, y]);
  }
  const pairs = Array.from(list ?? Int32Array.from({ length: steps }, (_, t) => t), (t) => weights(t));
  const term = (i: 0 | 1, tensor: Tensor): Tensor => {
    const numbers = Float32Array.from(pairs, (pair) => pair[i]);
    const column = columnOf(tensor);
    const each = list ? tf.tensor(numbers, column) : tf.reshape(tf.gather(tf.tensor1d(numbers), timesteps), column);
    return tf.mul(each, tensor);
  };
  const plain = (a: Tensor, b: Tensor): Tensor => tf.tidy(() => tf.add(term(0, a), term(1, b)));
  // a backend's kernel gets the weights from the host
  return list ? composed('Mix', plain, [x(), y()], { weights: pairs.flat() }) : plain(x(), y());
}

/** Timesteps as rows of a table, whose first row is that of the timestep `least`. */
export interface TableRows {
  readonly where: string;
  readonly argument: string;
  readonly indices: Tensor;
  readonly least: number;
  readonly size: number;
}

/** A timestep for all examples of `like`, or an int32 tensor with one for each, as rows; throws unless they are in the table. */
export function rowsAt(
  where: string,
  argument: string,
  at: number | Tensor,
  like: Tensor,
  schedule: NoiseSchedule,
  least = 0,
): TableRows {
  const isEach = isTensor(at);
  if (isEach) checkInt(where, argument, at, [like.shape[0]], 'It holds a timestep for each example.');
  else checkTimestep(where, argument, at, schedule, least);
  const list = isEach ? known.get(at)?.list : new Int32Array(like.shape[0]).fill(at);
  list?.forEach((t) => checkTimestep(where, argument, t, schedule, least));
  const size = schedule.steps - least;
  const shifted = (): Tensor => (least === 0 ? (at as Tensor) : tf.sub(at, tf.scalar(least, 'int32')));
  const indices = list
    ? timestepsOf(
        Int32Array.from(list, (t) => t - least),
        size,
      )
    : shifted();
  return { where, argument, indices, least, size };
}

/** a x + b y, where [a, b] is a function of each row's timestep: {@link mixByTimestep}. */
export function mixRows(
  { where, indices, least, size, ...rows }: TableRows,
  weights: (t: number) => readonly [ofX: number, ofY: number],
  x: Tensor,
  y: Tensor,
): Tensor {
  const checked = (): Tensor => withinTable(where, x, indices, size, { ...rows, least });
  return mixByTimestep(
    (row) => weights(row + least),
    indices,
    size,
    checked,
    () => y,
  );
}

/** A function of each row's timestep, computed in float64, as a column that is broadcast over `like`. */
export function columnOfRows(
  { where, indices, least, size, ...rows }: TableRows,
  value: (t: number) => number,
  like: Tensor,
): Tensor {
  const table = Float32Array.from({ length: size }, (_, row) => value(row + least));
  const zeros = withinTable(where, tf.zeros(columnOf(like)), indices, size, { ...rows, least });
  return tf.add(zeros, tf.reshape(tf.gather(tf.tensor1d(table), indices), columnOf(like)));
}
