import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkAlive, checkFunction, checkInteger } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions, signalRule } from '../tensor/options.js';
import { createPause, type AfterPause } from '../training/pause.js';
import { checkTableModel } from './check-table-model.js';
import { rowDecoder, type RowDecoder, type SyntheticRow } from './decode-table.js';
import { isNumeric, type TableDescription } from './description.js';
import { drawRows } from './draw-rows.js';
import { checkKnown, readKnown, type KnownRow } from './known-cells.js';
import { asNumber } from './read-cell.js';
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
  readonly known?: Row | readonly object[] | undefined;
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
/** Draws of a row in which a number is known, but not that from which it follows: the nearest one counts. */
const CANDIDATES = 64;
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
  const draw = async (indices: readonly number[], batches: number): Promise<RowDecoder> => {
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
    const candidates = pending.some((index) => cells.at(index).open.length > 0) ? CANDIDATES : 1;
    const atOnce = ROWS / candidates;
    const some = pending.slice(0, atOnce);
    // rows that are seldom accepted are drawn several times at once
    const copies = Math.min(1 + Math.floor(rejected / (drawn - rejected + 1)), Math.floor(atOnce / some.length));
    const indices = some.flatMap((index) => new Array<number>(copies).fill(index)).slice(0, left);
    const all = indices.flatMap((index) => new Array<number>(candidates).fill(index));
    const { decode } = await draw(all, Math.ceil(pending.length / atOnce));
    const read = (index: number, i: number): void => {
      const row = nearest(model.description, cells.at(index), decode, i * candidates, candidates);
      if (accept === undefined || readAnswer(accept(row, index))) kept[index] ??= row;
      else rejected++;
    };
    const together = Math.ceil(CELLS / (candidates * model.description.columns.length));
    for (let from = 0; from < indices.length; from += together) {
      await afterPause(() => indices.slice(from, from + together).forEach((index, i) => read(index, from + i)));
    }
    drawn += indices.length;
    pending = pending.filter((index) => kept[index] === undefined);
  }
  onRejected?.({ drawn, rejected });
  return kept as SyntheticRow[];
}

/** What the user's `accept` says of a row. */
function readAnswer(isAccepted: unknown): boolean {
  if (typeof isAccepted === 'boolean') return isAccepted;
  throw wrongKind('sampleTable', 'accept', 'must return true or false', { got: isAccepted });
}

/** The row, among candidates from `first` on, whose open numbers are nearest to the known ones; with the known cells. */
function nearest(
  { columns }: TableDescription,
  { cells, numbers, open, bounds }: KnownRow,
  decode: RowDecoder['decode'],
  first: number,
  candidates: number,
): SyntheticRow {
  const compared = columns.filter(isNumeric).filter(({ name }) => open.includes(name));
  const closed = new Map([...numbers].filter(([name]) => !open.includes(name)));
  const distanceOf = (_: unknown, i: number): number => {
    const row = decode(first + i, { numbers: closed });
    return compared.reduce((sum, column) => {
      const { name, range } = column;
      return sum + Math.abs(asNumber(column, row[name]!)! - numbers.get(name)!) / (range[1] - range[0] || 1);
    }, 0);
  };
  const distances = compared.length > 0 ? Array.from({ length: candidates }, distanceOf) : [0];
  const place = first + distances.indexOf(Math.min(...distances));
  // known cells as they were given, not as the nearest ones that the encoding has
  return { ...decode(place, { numbers, most: bounds.most }), ...cells };
}

/** Reads drawn rows, and disposes them. */
async function readRows(
  where: string,
  description: TableDescription,
  { numbers }: TableLayout,
  encoded: Tensor,
  afterPause: AfterPause,
): Promise<RowDecoder> {
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
    return await afterPause(() => rowDecoder(where, description, { data, shape: [count, columns] }));
  } finally {
    encoded.dispose();
  }
}
