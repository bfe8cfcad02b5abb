import type { Row, TableReport } from 'tfjs-generative/tables';

/** Rows of one origin, and what the report says about them. */
export interface Contender {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly report: TableReport;
}

/** The heads of the columns of {@link resultLines}, and what they mean. */
export const MEASURES = [
  ['shapes', 'mean error of the distributions of the columns'],
  ['trends', 'mean error of the joint distributions of pairs of columns'],
  ['worst pair', 'the pair with the largest error'],
  ['missing', 'mean error of the shares of missing cells'],
  ['efficacy', 'how much a network learns from the rows, relative to real rows'],
  ['closer', 'share of rows that are closer to a training row than to any held-out row: 50% if nothing was remembered'],
  ['copies', 'share of rows that are equal to a training row'],
] as const;

/** A line for each contender, and one for held-out real rows: the best possible. */
export function resultLines(contenders: readonly Contender[]): string[][] {
  const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)}%`;
  const lines = contenders.map(({ name, report: { shapes, trends, missing, efficacy, privacy } }) => [
    name,
    percent(shapes.error),
    percent(trends.error),
    trends.worst === null ? '-' : `${percent(trends.worst.error, 1)} ${trends.worst.columns.join(', ')}`,
    percent(missing.error),
    efficacy === null || efficacy.ratio === null ? '-' : efficacy.ratio.toFixed(3),
    percent(privacy.closerToTraining.share, 1),
    percent(privacy.copies.share, 1),
  ]);
  const { shapes, trends, missing, efficacy, privacy } = contenders[0]!.report;
  const worst = trends.pairs.reduce((most, { floor }) => Math.max(most, floor), 0);
  return [
    ...lines,
    [
      'held-out rows',
      percent(shapes.floor),
      percent(trends.floor),
      percent(worst, 1),
      percent(missing.floor),
      efficacy === null ? '-' : '1.000',
      percent(privacy.closerToTraining.floor, 1),
      percent(privacy.copies.floor, 1),
    ],
    ['copies', '-', '-', '-', '-', '-', percent(privacy.closerToTraining.copied, 1), '100.0%'],
  ];
}

/** A table of texts for the terminal, in the form of Markdown. */
export function textTable(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(3, ...lines.map((line) => line[column]!.length)));
  const [head, ...rest] = lines.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n');
}
