import * as tf from '@tensorflow/tfjs-core';
import { readBatch, type Batch } from '../training/data/batch.js';
import type { BatchSource } from '../training/data/batches.js';
import { startPass, type DataSource } from '../training/data/data-source.js';
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
  /** Takes back a batch that was read and not used. */
  settle(): void;
}

/**
 * Keeps the place in a source. What `batches` gives and an array go on in the middle of an epoch, and no batch is left out
 * or read twice; any other source begins the epoch anew, as with `train`.
 */
export function keepPlace(data: DataSource): Place {
  if (hasCursor(data)) return placeOfCursor(data);
  if (!Array.isArray(data) || data.length === 0) return placeOfPasses(data);
  const elements = data as readonly Batch[];
  // Copies of the handles: `train` disposes them, and never the elements of an array.
  const { read, ...cursor } = createEpochCursor(elements.length, (_, position) => copyOf(elements[position]!));
  return placeOfCursor({ ...cursor, [Symbol.asyncIterator]: read });
}

type CursorSource = Pick<BatchSource, 'state' | 'restore' | typeof Symbol.asyncIterator>;

/** The cursor moves when a batch is handed out, and stands at 0 when the last of an epoch was. */
function placeOfCursor(source: CursorSource): Place {
  let epochs = 0;
  /** Where the batch stands that was read and not used yet. */
  let unused: Json | undefined;
  return {
    async *read({ asked, halt }) {
      let before = source.state();
      // Where it is asked to stop before a batch is read, none is lost.
      if (asked.signal.aborted) return halt.abort();
      for await (const batch of source) {
        unused = before;
        yield batch;
        if (asked.signal.aborted) return halt.abort();
        before = source.state();
      }
    },
    mayWait: false,
    epochs: () => epochs,
    cursor: source.state,
    used() {
      unused = undefined;
      if (jsonFields(source.state())?.['position'] === 0) epochs++;
    },
    settle() {
      if (unused !== undefined) source.restore(unused);
      unused = undefined;
    },
  };
}

function placeOfPasses(data: DataSource): Place {
  let epochs = 0;
  return {
    async *read() {
      const pass = await startPass(data);
      try {
        for (;;) {
          const { done, value } = await pass.next();
          if (done === true) break;
          yield value as Batch;
        }
        epochs++;
      } finally {
        await pass.leave();
      }
    },
    mayWait: true,
    epochs: () => epochs,
    cursor: () => undefined,
    used: () => undefined,
    settle: () => undefined,
  };
}

function hasCursor(data: DataSource): data is BatchSource {
  const { state, restore } = data as Partial<BatchSource>;
  if (typeof state !== 'function' || typeof restore !== 'function' || !(Symbol.asyncIterator in data)) return false;
  return typeof jsonFields(state())?.['position'] === 'number';
}

function copyOf(batch: Batch): Batch {
  const { x, condition } = readBatch('train', batch);
  return condition === undefined ? tf.clone(x) : { x: tf.clone(x), condition: tf.clone(condition) };
}
