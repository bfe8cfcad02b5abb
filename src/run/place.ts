import * as tf from '@tensorflow/tfjs-core';
import { readBatch, type Batch } from '../training/data/batch.js';
import type { BatchSource } from '../training/data/batches.js';
import { startPass, type DataSource, type Pass } from '../training/data/data-source.js';
import { createEpochCursor } from '../training/data/epoch-cursor.js';
import { jsonFields, type Json } from '../training/json.js';

/** How a run is asked to stop, and how its loop is halted. */
export interface Stopping {
  /** Aborted at once. */
  readonly asked: AbortController;
  /** Aborted where no batch is lost by it; `train` has its signal. */
  readonly halt: AbortController;
}

/** A run's place in its data, kept from one start to the next. */
export interface Place {
  /** Reads on to the end of the epoch. */
  read(stopping: Stopping): AsyncGenerator<Batch, void>;
  /** Whether a batch may be long in coming, so that a stop cannot wait for it. */
  readonly mayWait: boolean;
  /** Epochs behind it. */
  epochs(): number;
  /** Where the cursor stands, if there is one. */
  cursor(): Json | undefined;
  /** An update was made with the last batch. */
  used(): void;
}

/**
 * Keeps the place in a source. What `batches` gives and an array go on in the middle of an epoch, and no batch is left out
 * or read twice; any other source begins the epoch anew, as with `train`.
 */
export function keepPlace(data: DataSource): Place {
  const source = Array.isArray(data) && data.length > 0 ? withCursor(data as readonly Batch[]) : data;
  /** It moves when a batch is handed out, and stands at 0 when the last of an epoch was. */
  const cursor = hasCursor(source) ? source.state : undefined;
  let epochs = 0;
  let pass: Pass | undefined;
  return {
    async *read({ asked, halt }) {
      pass = await startPass(source);
      try {
        for (;;) {
          // Where it is asked to stop before a batch is read, none is lost.
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

/** Copies of the handles: `train` disposes them, and never the elements of an array. */
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
  const { x, condition } = readBatch('train', batch);
  return condition === undefined ? tf.clone(x) : { x: tf.clone(x), condition: tf.clone(condition) };
}
