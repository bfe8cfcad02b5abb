import * as tf from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import { createRandom, type RandomStream } from '../../random/index.js';
import { checkBoolean, checkFunction, checkInteger } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { readBatch, type Batch } from './batch.js';
import { mapEach, onHost, readDataSet, type BatchData, type BatchOf } from './data-set.js';
import { extremesOf, type HostTensor, type Role } from './host-data.js';
import type { Json } from '../json.js';
import { createEpochCursor } from './epoch-cursor.js';
import { orderOfEpoch, shuffleOf } from './epoch-order.js';
import { readOptions } from '../../tensor/options.js';

/** Batches cut from a data set; each `for await` over it is one epoch. */
export interface BatchSource<B extends Batch = Batch> extends AsyncIterable<B> {
  /** Number of batches in a whole epoch. */
  readonly batchesPerEpoch: number;
  /** The ranges of host data, found in one pass over them; absent with a `transform`, and for data on the device. */
  readonly holds?: DataRanges | undefined;
  /** Its data, sizes and shuffling stream. A checkpoint describes them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The position as plain JSON: the epoch, counted from 0, and how many of its batches have been handed out. */
  state(): Json;
  /** Moves to a saved position; throws before anything has changed. */
  restore(state: Json): void;
}

/** The ranges of a source's host data, in the units of its batches. */
export interface DataRanges {
  /** The smallest and the largest number of x. */
  readonly values?: readonly [low: number, high: number] | undefined;
  /** The smallest and the largest label. */
  readonly labels?: readonly [low: number, high: number] | undefined;
  /** The same of further conditions, by name. */
  readonly conditions?: Readonly<Record<string, readonly [low: number, high: number] | undefined>> | undefined;
}

/** Options of {@link batches}. */
export interface BatchesOptions<B extends Batch, T extends Batch> {
  /** Examples per batch, at least 1. */
  readonly batchSize: number;
  /** Shuffles the examples again in each epoch, by forks of its fork `batches`. By default they keep their order. */
  readonly random?: RandomStream | undefined;
  /** Drops the last batch of an epoch if it is smaller; false by default. */
  readonly dropLast?: boolean | undefined;
  /** Applied to each batch, for example to draw new black and white pixels. Its noise depends only on the epoch and the batch. By default, batches are not changed. */
  readonly transform?: ((batch: B, random: RandomStream) => T) | undefined;
}

/**
 * Cuts a data set into batches, in a new order each epoch.
 *
 * @param data - a tensor `[examples, ...]`, host data, or `{ x, condition }`; it is not disposed
 * @param options - see {@link BatchesOptions}
 * @returns a source that can be read repeatedly. An iteration after one that ended early continues where that one stopped. The
 *   reader disposes the batches; {@link train} and {@link fit} do so.
 * @throws TypeError or RangeError if data or options are wrong; host data are searched once for numbers that are not
 *   finite. An iteration throws while another one over the same source is running.
 * @remarks Order and noise come from forks named by epoch and batch, so a resumed run gets the same batches.
 *   Without `random`, the noise of `transform` is that of seed 0.
 * @example
 * ```ts
 * const source = batches(tf.zeros([10, 3]), { batchSize: 4 });
 * for await (const batch of source) { console.log(batch.shape[0]); tf.dispose(batch); } // 4, 4, 2
 * ```
 */
export function batches<D extends BatchData, T extends Batch = BatchOf<D>>(
  data: D,
  options: BatchesOptions<BatchOf<D>, T>,
): BatchSource<T> {
  const set = readDataSet('batches', data);
  const { examples } = set;
  const { batchSize, random, dropLast, transform } = readOptions('batches', options, {
    batchSize: checkInteger,
    random: { is: checkRandom, default: undefined },
    dropLast: { is: checkBoolean, default: false },
    transform: { is: checkFunction, default: undefined },
  });
  const batchesPerEpoch = dropLast ? Math.floor(examples / batchSize) : Math.ceil(examples / batchSize);
  if (batchesPerEpoch === 0) {
    const rule = `must not be above the ${examples} examples when dropLast is set`;
    throw outOfRange('batches', 'batchSize', rule, { got: batchSize });
  }
  const shuffle = random && shuffleOf(random);
  const noise = shuffle ?? createRandom(0).fork('batches');

  let order: { epoch: number; indices: Uint32Array } = { epoch: -1, indices: new Uint32Array() };

  const batchAt = (epoch: number, position: number): T => {
    if (epoch !== order.epoch) order = { epoch, indices: orderOfEpoch(epoch, examples, shuffle) };
    const indices = order.indices.subarray(position * batchSize, (position + 1) * batchSize);
    return tf.tidy(() => {
      const batch = set.at(indices);
      if (transform === undefined) return batch as unknown as T;
      const made = transform(batch, noise.fork(`epoch ${epoch}`).fork(`batch ${position}`));
      // the tensors that an async function returns would be disposed before a loop could use them
      readBatch('batches', made, 'transform(batch)');
      return made;
    });
  };

  const { read, state, restore } = createEpochCursor(batchesPerEpoch, batchAt);
  const host = { x: onHost(set.x), condition: onHost(set.condition) };
  const conditions = set.conditions && { conditions: mapEach(set.conditions, onHost) };
  const holds =
    transform === undefined
      ? { ...rangesOf(host), conditions: conditions && mapEach(conditions.conditions, labelsIn) }
      : undefined;
  const settings = { examples, batchSize, dropLast, random, transform, ...host, ...conditions };
  return Object.freeze({ batchesPerEpoch, holds, settings, [Symbol.asyncIterator]: read, state, restore });
}

function rangesOf({ x, condition }: Readonly<Record<Role, HostTensor | undefined>>): DataRanges {
  return { values: x && extremesOf(x, 'x'), labels: labelsIn(condition) };
}

/** The smallest and the largest label of a condition; undefined if it holds other numbers. */
function labelsIn(condition: HostTensor | undefined): [low: number, high: number] | undefined {
  return condition && condition.shape.length === 1 ? extremesOf(condition, 'condition') : undefined;
}
