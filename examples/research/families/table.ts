import type { Columns, Row } from './comparison.js';

/** A share in per cent. */
export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

const ofModels: Columns<Row<object>> = {
  'ELBO, nats': ({ elbo }) => elbo?.nats.toFixed(0) ?? '',
  'tightest bound': ({ bound }) => bound?.nats.toFixed(0) ?? '',
  numbers: ({ parameters }) => parameters?.toLocaleString('en') ?? '',
  updates: ({ steps }) => steps?.toLocaleString('en') ?? '',
  'training, s': ({ trainingSeconds }) => trainingSeconds?.toFixed(0) ?? '',
  'ms an image': ({ millisecondsPerImage: ms }) => ms?.toFixed(ms < 10 ? 2 : 0) ?? '',
};

/** A table in Markdown: a row per set of images, in the given order, with its measures and then what is known of its model. */
export function table<M>(rows: readonly Row<M>[], measures: Columns<M>): string {
  const columns: Columns<Row<M>> = { '': ({ name }) => name, ...measures, ...ofModels };
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
