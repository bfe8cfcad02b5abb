import type { RandomStream } from '../../random/stream.js';
import type { AfterPause } from '../../training/pause.js';
import { closestRecords, recordsOf, type ClosestRecords } from './closest-records.js';
import { selectRows, type ReportTable, type ReportTables } from './read-tables.js';

/** A share of the synthetic rows next to that of held-out rows. */
export interface ComparedShare {
  /** The share of the synthetic rows, 0 to 1. */
  readonly share: number;
  /** The share of held-out rows, which the model has never seen. */
  readonly floor: number;
}

/** The share of the synthetic rows that are closer to a training row, with the numbers to compare it with. */
export interface CloserShare extends ComparedShare {
  /** The share that copies would have: training rows drawn at random. 1 only if there are as many held-out rows as training rows. */
  readonly copied: number;
  /** The standard error of the share if nothing was copied; it includes the draws of the rows to which the distances were measured. */
  readonly standardError: number;
}

/**
 * How close synthetic rows are to the training rows. This is no guarantee; differential privacy is not implemented.
 *
 * The distance of two rows is the mean over the columns of |difference| / range for numbers and dates, and of 0 or 1 for categories. Two
 * missing cells are equal; a missing cell and another have the distance 1.
 */
export interface Privacy {
  /** Synthetic rows whose distances were measured, drawn at random. */
  readonly rows: number;
  /** Training rows, and as many held-out rows, to which the distances were measured, drawn at random. */
  readonly references: number;
  /**
   * The share of synthetic rows that are closer to a training row than to any held-out row; of equal distances, half count. 0.5 if the model
   * does not remember its training rows. The floor is the same share for one half of the held-out rows, measured against the
   * other half and as many training rows.
   */
  readonly closerToTraining: CloserShare;
  /** The share of synthetic rows that are equal to a training row; of all rows. */
  readonly copies: ComparedShare;
  /** The median distances of synthetic rows from the closest training row and from the closest held-out row, 0 to 1. */
  readonly medianDistance: Readonly<Record<'training' | 'heldOut', number>>;
}

/** Measures how close synthetic rows are to the training rows, for at most `most` of them. */
export async function privacyOf(
  { real, synthetic, heldOut }: Pick<ReportTables, 'real' | 'synthetic' | 'heldOut'>,
  most: number,
  random: RandomStream,
  afterPause: AfterPause,
): Promise<Privacy> {
  const draw = (name: string, table: ReportTable, count: number): ReportTable =>
    selectRows(table, random.fork(name).permutation(table.rows).subarray(0, count));
  const measure = async (rows: ReportTable, others: ReportTable): Promise<Measured> => {
    const [queries, count] = [recordsOf(rows), Math.min(real.rows, others.rows)];
    const [training, heldOut] = [draw('training', real, count), draw('others', others, count)];
    const search = (table: ReportTable) => closestRecords(queries, recordsOf(table), afterPause);
    return { training, heldOut, toTraining: await search(training), toHeldOut: await search(heldOut) };
  };
  const rows = draw('synthetic', synthetic, most);
  const measured = await measure(rows, heldOut);
  const order = random.fork('halves').permutation(heldOut.rows);
  const half = heldOut.rows >> 1;
  const unseen = selectRows(heldOut, order.subarray(0, Math.min(half, most)));
  const ofUnseen = await measure(unseen, selectRows(heldOut, order.subarray(half)));
  const keys = new Set(keysOf(real));
  const copies = (table: ReportTable): number =>
    keysOf(table).reduce((count, key) => count + Number(keys.has(key)), 0) / table.rows;
  return {
    rows: rows.rows,
    references: measured.training.rows,
    closerToTraining: {
      share: shareCloser(measured),
      floor: shareCloser(ofUnseen),
      copied: shareOfCopies(real, measured),
      standardError: standardErrorOf(measured),
    },
    copies: { share: copies(synthetic), floor: copies(heldOut) },
    medianDistance: {
      training: median(measured.toTraining.distances),
      heldOut: median(measured.toHeldOut.distances),
    },
  };
}

/** Rows that were drawn from the training rows and from the held-out rows, and the closest ones of other rows among them. */
interface Measured {
  readonly training: ReportTable;
  readonly heldOut: ReportTable;
  readonly toTraining: ClosestRecords;
  readonly toHeldOut: ClosestRecords;
}

/** The share of distances below the others; of equal ones, half count. */
function shareCloser({ toTraining, toHeldOut }: Measured): number {
  const others = toHeldOut.distances;
  const wins = toTraining.distances.reduce((sum, distance, i) => sum + (1 - Math.sign(distance - others[i]!)) / 2, 0);
  return wins / others.length;
}

/** A training row is its own closest one if it was drawn, unless a held-out row is equal to it; if not, it is like any other row. */
function shareOfCopies(real: ReportTable, { training, heldOut }: Measured): number {
  const keys = new Set(keysOf(heldOut));
  const own = keysOf(training).reduce((sum, key) => sum + (keys.has(key) ? 0 : 1 / 2), 0);
  return 1 / 2 + own / real.rows;
}

/**
 * The standard error of the share if training rows and held-out rows are exchangeable. The share is then the sum of a random half of all
 * 2 m references, each with the number of rows that are closest to it: m / 2 times the variance of these numbers.
 */
function standardErrorOf({ training, toTraining, toHeldOut }: Measured): number {
  const m = training.rows;
  const counts = new Float64Array(2 * m);
  toTraining.distances.forEach((distance, i) => {
    const other = toHeldOut.distances[i]!;
    // equal distances count half for either side
    if (distance !== other) counts[distance < other ? toTraining.places[i]! : m + toHeldOut.places[i]!]!++;
  });
  const mean = counts.reduce((sum, count) => sum + count, 0) / (2 * m);
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return Math.sqrt(((m / 2) * squares) / (2 * m - 1)) / toTraining.distances.length;
}

function median(numbers: Float64Array): number {
  const sorted = numbers.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A text for each row, the same for equal rows only. */
function keysOf({ rows, columns }: ReportTable): string[] {
  return Array.from({ length: rows }, (_, row) => columns.map(({ numbers, codes }) => (numbers ?? codes)[row]).join());
}
