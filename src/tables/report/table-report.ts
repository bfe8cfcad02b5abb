import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { optional, readOptions, signalRule } from '../../tensor/options.js';
import { createPause } from '../../training/pause.js';
import { checkDescription } from '../check-description.js';
import { descriptionOf } from '../describe-table.js';
import { isNumeric, type TableDescription } from '../description.js';
import type { Table } from '../rows.js';
import { columnShapes, missingCells, type ColumnErrors, type ColumnShape } from './column-shapes.js';
import { efficacyOf, type Efficacy } from './efficacy.js';
import { pairTrends, type TrendErrors } from './pair-trends.js';
import { privacyOf, type Privacy } from './privacy.js';
import { readTables, selectRows } from './read-tables.js';

/** Options of {@link tableReport}. */
export interface TableReportOptions {
  /** Real rows that the model has not learned from: at least two, better as many as there are synthetic ones. */
  readonly heldOut: Table;
  /** Draws the rows that are compared, and starts the networks of `efficacy`, through its fork `table report`. */
  readonly random: RandomStream;
  /** The description of `real`, if it was made with options of its own; by default it is made without options. */
  readonly description?: TableDescription | undefined;
  /** The column that `efficacy` predicts; by default the last one, where tables have their label by convention. */
  readonly target?: string | undefined;
  /** Synthetic rows whose closest records are searched, at most; default 2,000. */
  readonly rows?: number | undefined;
  /** Stops the report; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link tableReport} measures, as plain JSON. */
export interface TableReport {
  /** Rows of the three tables. */
  readonly rows: Readonly<Record<'real' | 'synthetic' | 'heldOut', number>>;
  /** The distributions of the columns, without missing cells. */
  readonly shapes: ColumnErrors<ColumnShape>;
  /** The joint distributions of pairs of columns. */
  readonly trends: TrendErrors;
  /** The shares of missing cells. */
  readonly missing: ColumnErrors;
  /** What a network learns from the rows; null if that cannot be measured: no other column, or too few rows with the target. */
  readonly efficacy: Efficacy | null;
  /** How close the synthetic rows are to those of the training data. */
  readonly privacy: Privacy;
}

/**
 * Compares synthetic rows with the real rows from which a model learned, each number next to the one that held-out real rows get, which is the best possible.
 *
 * shapes: sup |F1 - F2| for numbers and dates, sum |p - q| / 2 for categories; missing cells are left out. trends: |rho1 - rho2| / 2 with
 * Pearson's correlation for two columns of numbers or dates, over the rows that have both, else sum |P - Q| / 2 of the joint
 * distribution, in which a missing cell is a category, and numbers are cut into ten bins of equal width over the range of the real rows.
 * These are 1 - the scores KSComplement, TVComplement, CorrelationSimilarity and ContingencySimilarity of SDMetrics.
 *
 * An error is 1 where a table has no cell to compare, and a correlation with a constant column is 0.
 *
 * @param real - the rows from which the model learned
 * @param synthetic - rows of the model with the same columns, at least two
 * @param options - see {@link TableReportOptions}
 * @returns resolves to plain JSON without NaN; it rejects with `signal.reason`
 * @throws (rejects with) TypeError or RangeError if an argument is wrong, such as a text in a column of numbers; a category that is new is no error
 * @remarks The privacy numbers are no guarantee; differential privacy is not implemented. Of more held-out rows than synthetic ones, as many
 *   are drawn for the floors of shapes, trends and missing cells; with fewer, these floors are too high. The report of SDMetrics 0.2x cuts
 *   each table by its own range, so that its mixed pairs differ a little.
 * @example
 * ```ts
 * const rowOf = (_: unknown, i: number) => ({ kind: i % 3 ? 'a' : 'b', size: Math.sin(i) });
 * const rows = Array.from({ length: 300 }, rowOf);
 * const heldOut = Array.from({ length: 299 }, rowOf);
 * const report = await tableReport(rows, rows, { heldOut, random: createRandom(1) });
 * console.log(report.shapes.error); // 0: these are the same rows
 * ```
 * @see https://docs.sdv.dev/sdmetrics for the formulas of shapes and trends; Platzer and Reutterer 2021, https://arxiv.org/abs/2104.00635, for
 *   held-out rows as the measure of shapes and distances
 */
export async function tableReport(real: Table, synthetic: Table, options: TableReportOptions): Promise<TableReport> {
  const where = 'tableReport';
  const read = readOptions(where, options, {
    heldOut: {},
    random: checkRandom,
    description: { is: checkDescription, default: undefined },
    target: optional,
    rows: { is: checkInteger, default: 2000 },
    signal: signalRule,
  });
  const { heldOut, rows, signal } = read;
  const description = read.description ?? descriptionOf(where, 'real', real);
  const target = targetOf(where, description, read.target);
  const random = read.random.fork('table report');
  const tables = readTables(where, description, { real, synthetic, heldOut });
  const afterPause = createPause({ signal });
  const drawn = random.fork('floor').permutation(tables.heldOut.rows).subarray(0, tables.synthetic.rows);
  const sides = { ...tables, floor: selectRows(tables.heldOut, drawn) };
  return {
    rows: { real: tables.real.rows, synthetic: tables.synthetic.rows, heldOut: tables.heldOut.rows },
    shapes: columnShapes(sides, tables.sizes),
    trends: await pairTrends(sides, tables.sizes, afterPause),
    missing: missingCells(sides),
    efficacy: await efficacyOf({ ...tables, where, description, target, random: random.fork('efficacy'), afterPause }),
    privacy: await privacyOf(tables, rows, random.fork('privacy'), afterPause),
  };
}

/** The place of the column that is predicted. */
function targetOf(where: string, { columns }: TableDescription, name: string | undefined): number {
  if (name !== undefined) {
    const place = columns.findIndex((column) => column.name === name);
    if (place >= 0) return place;
    throw wrongKind(where, 'target', 'must name a column', { got: name });
  }
  const last = columns.map((column) => isNumeric(column) || column.categories.length > 1).lastIndexOf(true);
  return Math.max(last, 0);
}
