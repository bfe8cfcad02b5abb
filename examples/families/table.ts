import type { Row } from './row.js';

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

const columns: Readonly<Record<string, (row: Row) => string>> = {
  '': ({ name }) => name,
  'Frechet distance': ({ frechetDistance }) => frechetDistance.toFixed(1),
  'kernel distance': ({ kernelDistance }) => kernelDistance.toFixed(1),
  'precision / recall': ({ precision, recall }) => `${percent(precision)} / ${percent(recall)}`,
  'density / coverage': ({ density, coverage }) => `${density.toFixed(2)} / ${coverage.toFixed(2)}`,
  'class shares': ({ classes: { least, most } }) => `${percent(least)} to ${percent(most)}`,
  sharpness: ({ sharpness }) => percent(sharpness),
  'copies / authenticity': ({ duplicates, authenticity }) => `${percent(duplicates)} / ${percent(authenticity)}`,
  nats: ({ bound }) => bound?.nats.toFixed(0) ?? '',
  updates: ({ steps }) => steps?.toLocaleString('en') ?? '',
  'training, s': ({ trainingSeconds }) => trainingSeconds?.toFixed(0) ?? '',
  'ms an image': ({ millisecondsPerImage: ms }) => ms?.toFixed(ms < 10 ? 2 : 0) ?? '',
};

/** A table in Markdown: a row for each set of images, in the order given. */
export function table(rows: readonly Row[]): string {
  const lines = [
    Object.keys(columns),
    Object.keys(columns).map(() => '---'),
    ...rows.map((row) => Object.values(columns).map((show) => show(row))),
  ];
  const widths = Object.keys(columns).map((_, i) => Math.max(...lines.map((cells) => cells[i]!.length)));
  const filled = (cell: string, i: number): string =>
    cell === '---' ? '-'.repeat(widths[i]!) : cell.padEnd(widths[i]!);
  return lines.map((cells) => `| ${cells.map(filled).join(' | ')} |`).join('\n');
}
