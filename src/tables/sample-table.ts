import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkAlive, checkFunction, checkInteger } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions, signalRule } from '../tensor/options.js';
import { createPause, type AfterPause } from '../training/pause.js';
import { checkTableModel } from './check-table-model.js';
import { decodeTable, type SyntheticRow } from './decode-table.js';
import type { TableDescription } from './description.js';
import { drawRows } from './draw-rows.js';
import { checkKnown, readKnown } from './known-cells.js';
import type { Row } from './rows.js';
import type { TableLayout } from './table-layout.js';
import type { TableModel } from './table-model.js';
import { predictorOf } from './table-predictor.js';

/** Options of {@link sampleTable}. */
export interface SampleTableOptions {
  /** Where the noise comes from. */
  readonly random: RandomStream;
  /** Calls of the network; default 50. */
  readonly steps?: number | undefined;
  /**
   * Cells that are known: a partial row for all, or one for each row. They come back untouched. A column that is absent is drawn, and may be
   * missing as in the table; one that is null is filled in with a value. None by default.
   */
  readonly known?: Row | readonly Row[] | undefined;
  /**
   * Whether to keep a row, the one with this index; others are drawn again. By default, all are kept. Cells that are known need no test, and
   * cost no draws.
   */
  readonly accept?: ((row: SyntheticRow, index: number) => boolean) | undefined;
  /** Rows that may be drawn for each one that is kept, on average; default 100. */
  readonly maxDraws?: number | undefined;
  /** Called at the end with the number of rows that were drawn, and of those that `accept` rejected. */
  readonly onRejected?: ((count: { readonly drawn: number; readonly rejected: number }) => void) | undefined;
  /** Stops before the next call of the network; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each call of the network. */
  readonly onStep?: ((progress: { readonly step: number; readonly steps: number }) => void | Promise<void>) | undefined;
}

/** Rows that are drawn together. */
const ROWS = 2048;
/** Cells that are decoded together. */
const CELLS = 2 ** 13;

/**
 * Draws rows from a model of a table.
 *
 * @param model - see {@link createTableModel}
 * @param n - how many rows, at least 1
 * @param options - see {@link SampleTableOptions}
 * @returns resolves to the rows, decoded; it rejects with `signal.reason`
 * @throws (rejects with) TypeError or RangeError if an argument is wrong, such as a known cell that does not fit its column
 * @example
 * ```ts
 * const description = describeTable([{ kind: 'a', size: 1.5 }, { kind: 'b', size: 2.5 }]);
 * const model = createTableModel({ description, width: 32, random });
 * const rows = await sampleTable(model, 3, { random, steps: 5, known: { kind: 'a' } });
 * console.log(rows.map(({ kind }) => kind)); // a, a, a
 * ```
 * @see Shi et al. 2025, TabDiff, https://arxiv.org/abs/2410.20626
 */
export async function sampleTable(model: TableModel, n: number, options: SampleTableOptions): Promise<SyntheticRow[]> {
  const where = 'sampleTable';
  checkTableModel(where, 'model', model);
  checkInteger(where, 'n', n);
  const { random, steps, known, accept, maxDraws, onRejected, signal, onStep } = readOptions(where, options, {
    random: checkRandom,
    steps: { is: checkInteger, default: 50, most: 1000 },
    known: { is: checkKnown, default: undefined },
    accept: { is: checkFunction, default: undefined },
    maxDraws: { is: checkInteger, default: 100 },
    onRejected: { is: checkFunction, default: undefined },
    signal: signalRule,
    onStep: { is: checkFunction, default: undefined },
  });
  checkAlive(where, 'model', model.variables);
  const predictor = predictorOf(model);
  const afterPause = createPause({ signal });
  const cells = await afterPause(() => readKnown(where, model.description, predictor.layout, known, n));
  let step = 0;
  /** Draws rows with the known cells of these ones. */
  const draw = async (indices: readonly number[], batches: number): Promise<SyntheticRow[]> => {
    const known = await afterPause(() => cells.encoded(indices));
    const last = step + (steps + known.limited.length) * batches;
    const work = drawRows(predictor, { count: indices.length, steps, random, known });
    try {
      for (;;) {
        const piece = await afterPause(() => work.next());
        if (piece.done) return await readRows(where, model.description, predictor.layout, piece.value, afterPause);
        await onStep?.({ step: ++step, steps: last });
        signal?.throwIfAborted();
      }
    } finally {
      work.return(undefined as never);
    }
  };

  const kept = new Array<SyntheticRow | undefined>(n);
  let pending = Array.from(kept, (_, index) => index);
  let [drawn, rejected] = [0, 0];
  while (pending.length > 0) {
    const left = maxDraws * n - drawn;
    if (left === 0) {
      const seen = `${n - pending.length} of ${n} rows after ${drawn} draws`;
      const fix = 'Give cells as `known` where you can, or allow more draws by maxDraws.';
      throw unusable(where, 'accept', 'must accept rows', { seen, fix });
    }
    const some = pending.slice(0, ROWS);
    // rows that are seldom accepted are drawn several times at once
    const copies = Math.min(1 + Math.floor(rejected / (drawn - rejected + 1)), Math.floor(ROWS / some.length));
    const indices = some.flatMap((index) => new Array<number>(copies).fill(index)).slice(0, left);
    const rows = await draw(indices, Math.ceil(pending.length / ROWS));
    rows.forEach((made, i) => {
      const index = indices[i]!;
      // known cells as they were given, not as the nearest ones that the encoding has
      const row = { ...made, ...cells.given(index) };
      const isAccepted: unknown = accept === undefined || accept(row, index);
      if (typeof isAccepted !== 'boolean') {
        throw wrongKind(where, 'accept', 'must return true or false', { got: isAccepted });
      }
      if (isAccepted) kept[index] ??= row;
      rejected += Number(!isAccepted);
    });
    drawn += rows.length;
    pending = pending.filter((index) => kept[index] === undefined);
  }
  onRejected?.({ drawn, rejected });
  return kept as SyntheticRow[];
}

/** Reads drawn rows, and disposes them. */
async function readRows(
  where: string,
  description: TableDescription,
  { numbers }: TableLayout,
  encoded: Tensor,
  afterPause: AfterPause,
): Promise<SyntheticRow[]> {
  const [count, columns] = encoded.shape as [number, number];
  try {
    const data = await readTensor(where, encoded);
    const wrong = data.findIndex(
      (number, i) => !(i % columns < numbers.length ? Number.isFinite(number) : number >= 0),
    );
    if (wrong >= 0) {
      const fix = 'It has diverged: train it again with a smaller learning rate, or with clipNorm.';
      throw unusable(where, 'model', 'must predict finite numbers', { got: NaN, fix });
    }
    const some = Math.ceil(CELLS / columns);
    const rows: SyntheticRow[] = [];
    for (let at = 0; at < count; at += some) {
      const part = {
        data: data.subarray(at * columns, (at + some) * columns),
        shape: [Math.min(some, count - at), columns],
      };
      rows.push(...(await afterPause(() => decodeTable(description, part))));
    }
    return rows;
  } finally {
    encoded.dispose();
  }
}
