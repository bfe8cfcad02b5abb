import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { jsonFields, type Json } from '../json.js';

/** A position in data that are read epoch by epoch. */
export interface EpochCursor<T> {
  /** Reads from the cursor to the end of the epoch; only one loop at a time. */
  read(): AsyncGenerator<T>;
  /** The epoch, counted from 0, and how many of its batches have been handed out. */
  state(): Json;
  /** Moves the cursor to a saved position; throws before anything has changed. */
  restore(state: Json): void;
}

/** Makes a cursor at the first batch; `batchAt` makes the batch at a position. */
export function createEpochCursor<T>(
  batchesPerEpoch: number,
  batchAt: (epoch: number, position: number) => T,
): EpochCursor<T> {
  let cursor = { epoch: 0, position: 0 };
  let reading = false;

  async function* read(): AsyncGenerator<T> {
    if (reading) {
      const rule = 'must be read by one loop at a time';
      const fix = 'Finish or leave that one first, or make a second source.';
      throw unusable('batches', 'source', rule, { seen: 'a second one', fix });
    }
    reading = true;
    try {
      for (;;) {
        const { epoch, position } = cursor;
        const batch = batchAt(epoch, position);
        const isLast = position + 1 === batchesPerEpoch;
        const next = isLast ? { epoch: epoch + 1, position: 0 } : { epoch, position: position + 1 };
        cursor = next;
        yield batch;
        // if the loop's body restored the cursor, the loop continues from there
        if (isLast && cursor === next) break;
      }
    } finally {
      reading = false;
    }
  }

  return {
    read,
    state: () => ({ ...cursor }),
    restore: (state) => {
      const where = 'batches.restore';
      const fields = jsonFields(state);
      if (fields === undefined) {
        throw wrongKind(where, 'state', 'must be { epoch, position }', { got: state });
      }
      const { epoch, position } = fields;
      checkInteger(where, 'state.epoch', epoch, { least: 0 });
      checkInteger(where, 'state.position', position, { least: 0 });
      checkNumber(where, 'state.position', position, { below: batchesPerEpoch });
      cursor = { epoch, position };
    },
  };
}
