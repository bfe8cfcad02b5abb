import type { CaseReport } from '../programs/fuzz.js';
import type { Judgement, Verdict } from './judge.js';

/** How many values and gradients of an operation got each verdict; what tfjs refuses on every backend is left out. */
export interface Row {
  readonly name: string;
  readonly right: number;
  /** Right, where tfjs's own kernels are wrong, missing or crash. */
  readonly replaced: number | undefined;
  readonly refused: number;
  readonly wrong: number;
  readonly crash: number;
}

/** The counts of one operation; `stock` are the reports of tfjs's own kernels on the same cases. */
export function rowOf(name: string, own: readonly CaseReport[], stock?: readonly CaseReport[]): Row {
  const ours = judgementsOf(own);
  const theirs = stock === undefined ? undefined : judgementsOf(stock);
  const count = (verdict: Verdict): number => ours.filter((judgement) => judgement?.verdict === verdict).length;
  const isReplaced = (judgement: Judgement | undefined, i: number): boolean =>
    judgement?.verdict === 'right' && theirs?.[i]?.verdict !== 'right';
  return {
    name,
    right: count('right'),
    replaced: theirs === undefined ? undefined : ours.filter(isReplaced).length,
    refused: count('refused'),
    wrong: count('wrong'),
    crash: count('crash'),
  };
}

/** What a report says of values and gradients, of finite inputs and of inputs with NaN and infinities. */
export function judgementsIn(report: CaseReport): readonly (readonly [of: string, Judgement | undefined])[] {
  const { value, gradients, special, specialGradients } = report;
  return [
    ['', value],
    [' gradients', gradients],
    [' with NaN or infinity', special],
    [' gradients with NaN or infinity', specialGradients],
  ];
}

function judgementsOf(reports: readonly CaseReport[]): (Judgement | undefined)[] {
  return reports.flatMap((report) => judgementsIn(report).map(([, judgement]) => judgement));
}

const COLUMNS = ['right', 'replaced', 'refused', 'wrong', 'crash'] as const;

/** The rows as a table in Markdown, with a last one for all. */
export function tableOf(rows: readonly Row[]): string {
  const sum = (column: (typeof COLUMNS)[number]): number => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  const sums = Object.fromEntries(COLUMNS.map((column) => [column, sum(column)])) as unknown as Row;
  const shown = COLUMNS.filter((column) => rows.every((row) => row[column] !== undefined));
  const heads = shown.map((column) => (column === 'replaced' ? "of these, not by tfjs's own kernels" : column));
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['operation', ...heads]),
    line(['---', ...shown.map(() => '--:')]),
    ...[...rows, { ...sums, name: 'all' }].map((row) => line([row.name, ...shown.map((column) => row[column]!)])),
  ].join('\n');
}
