import type { RandomStream } from '../../random/stream.js';
import type { AfterPause } from '../../training/pause.js';
import { closestRecords, recordsOf } from './closest-records.js';
import { rowsOf, type ReportTable, type ReportTables } from './read-tables.js';

/** A share of the synthetic rows next to that of held-out rows. */
export interface ComparedShare {
  /** The share of the synthetic rows, 0 to 1. */
  readonly share: number;
  /** The share of held-out rows, which the model has never seen. */
  readonly floor: number;
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
   * does not remember its training rows; its standard error is 0.5 / sqrt(rows). The floor is that of one half of the held-out rows, relative to
   * the other half and to as many training rows.
   */
  readonly closerToTraining: ComparedShare;
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
    rowsOf(table, random.fork(name).permutation(table.rows).subarray(0, count));
  const measure = async (rows: ReportTable, others: ReportTable): Promise<[Float64Array, Float64Array]> => {
    const [queries, count] = [recordsOf(rows), Math.min(real.rows, others.rows)];
    const training = recordsOf(draw('training', real, count));
    return [
      await closestRecords(queries, training, afterPause),
      await closestRecords(queries, recordsOf(draw('others', others, count)), afterPause),
    ];
  };
  const rows = draw('synthetic', synthetic, most);
  const [toTraining, toHeldOut] = await measure(rows, heldOut);
  const order = random.fork('halves').permutation(heldOut.rows);
  const half = heldOut.rows >> 1;
  const unseen = rowsOf(heldOut, order.subarray(0, Math.min(half, most)));
  const ofUnseen = await measure(unseen, rowsOf(heldOut, order.subarray(half)));
  const keys = new Set(keysOf(real));
  const copies = (table: ReportTable): number =>
    keysOf(table).reduce((count, key) => count + Number(keys.has(key)), 0) / table.rows;
  return {
    rows: rows.rows,
    references: Math.min(real.rows, heldOut.rows),
    closerToTraining: { share: shareCloser(toTraining, toHeldOut), floor: shareCloser(...ofUnseen) },
    copies: { share: copies(synthetic), floor: copies(heldOut) },
    medianDistance: { training: median(toTraining), heldOut: median(toHeldOut) },
  };
}

/** The share of distances below the others; of equal ones, half count. */
function shareCloser(distances: Float64Array, others: Float64Array): number {
  const wins = distances.reduce((sum, distance, i) => sum + (1 - Math.sign(distance - others[i]!)) / 2, 0);
  return wins / distances.length;
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
