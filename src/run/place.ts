import * as tf from '@tensorflow/tfjs-core';
import { readBatch, type Batch } from '../training/data/batch.js';
import type { BatchSource } from '../training/data/batches.js';
import { startPass, type DataSource, type Pass } from '../training/data/data-source.js';
import { createEpochCursor } from '../training/data/epoch-cursor.js';
import { jsonFields, type Json } from '../training/json.js';

/** The two steps in which a run is stopped. */
export interface Stopping {
  /** Aborted when a stop is requested. */
  readonly asked: AbortController;
  /** Aborted once no batch would be lost; this ends the loop of `train`. */
  readonly halt: AbortController;
}

/** A run's position in its data, kept from one start to the next. */
export interface Place {
  /** Reads the rest of the epoch. */
  read(stopping: Stopping): AsyncGenerator<Batch, void>;
  /** Whether a batch may take long to arrive, so that a stop cannot wait for it. */
  readonly mayWait: boolean;
  /** Number of finished epochs. */
  epochs(): number;
  /** The position of the cursor, if there is one. */
  cursor(): Json | undefined;
  /** Called after an update with the last batch. */
  used(): void;
}

/**
 * Keeps the position in a source. `batches` and arrays continue in the middle of an epoch, and no batch is skipped
 * or read twice; any other source restarts the epoch, as in `train`.
 */
export function keepPlace(data: DataSource): Place {
  const source = Array.isArray(data) && data.length > 0 ? withCursor(data as readonly Batch[]) : data;
  /** The cursor moves when a batch is handed out, and is at 0 after the last batch of an epoch. */
  const cursor = hasCursor(source) ? source.state : undefined;
  let epochs = 0;
  let pass: Pass | undefined;
  return {
    async *read({ asked, halt }) {
      pass = await startPass(source);
      try {
        for (;;) {
          // a stop before a batch is read loses none
          if (cursor !== undefined && asked.signal.aborted) return halt.abort();
          const { done, value } = await pass.next();
          if (done === true) break;
          yield value as Batch;
        }
        if (cursor === undefined) epochs++;
      } finally {
        await pass.leave();
      }
    },
    mayWait: cursor === undefined,
    epochs: () => epochs,
    cursor: () => cursor?.(),
    used() {
      pass?.used();
      if (jsonFields(cursor?.())?.['position'] === 0) epochs++;
    },
  };
}

/** Yields copies of the handles, because `train` disposes the batches of an iterator, and an array's elements must survive. */
function withCursor(elements: readonly Batch[]): CursorSource {
  const { read, ...cursor } = createEpochCursor(elements.length, (_, position) => copyOf(elements[position]!));
  return { ...cursor, [Symbol.asyncIterator]: read };
}

type CursorSource = Pick<BatchSource, 'state' | 'restore' | typeof Symbol.asyncIterator>;

function hasCursor(data: DataSource): data is BatchSource {
  const { state, restore } = data as Partial<BatchSource>;
  if (typeof state !== 'function' || typeof restore !== 'function' || !(Symbol.asyncIterator in data)) return false;
  return typeof jsonFields(state())?.['position'] === 'number';
}

function copyOf(batch: Batch): Batch {
  const { x, condition, conditions } = readBatch('train', batch);
  if ((condition ?? conditions) === undefined) return tf.clone(x);
  return {
    x: tf.clone(x),
    condition: condition && tf.clone(condition),
    conditions:
      conditions && Object.fromEntries(Object.entries(conditions).map(([name, one]) => [name, tf.clone(one)])),
  };
}
