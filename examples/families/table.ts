import type { Row } from './row.js';

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

const columns: Readonly<Record<string, (row: Row) => string>> = {
  '': ({ name }) => name,
  'Frechet distance': ({ frechetDistance, autoencoder }) =>
    `${frechetDistance.toFixed(1)}; ${autoencoder.frechetDistance.toFixed(2)}`,
  'precision / recall': ({ precision, recall, autoencoder }) =>
    `${percent(precision)} / ${percent(recall)}; ${percent(autoencoder.precision)} / ${percent(autoencoder.recall)}`,
  'density / coverage': ({ density, coverage, autoencoderDensity, autoencoderCoverage }) =>
    `${density.toFixed(2)} / ${coverage.toFixed(2)}; ${autoencoderDensity.toFixed(2)} / ${autoencoderCoverage.toFixed(2)}`,
  'class shares': ({ classes: { least, most } }) => `${percent(least)} to ${percent(most)}`,
  sharpness: ({ sharpness }) => percent(sharpness),
  brightness: ({ brightness }) => percent(brightness),
  'copies / authenticity': ({ duplicates, authenticity }) =>
    duplicates === undefined ? '' : `${percent(duplicates)} / ${percent(authenticity!)}`,
  'ELBO, nats': ({ elbo }) => elbo?.nats.toFixed(0) ?? '',
  'tightest bound': ({ bound }) => bound?.nats.toFixed(0) ?? '',
  numbers: ({ parameters }) => parameters?.toLocaleString('en') ?? '',
  updates: ({ steps }) => steps?.toLocaleString('en') ?? '',
  'training, s': ({ trainingSeconds }) => trainingSeconds?.toFixed(0) ?? '',
  'ms an image': ({ millisecondsPerImage: ms }) => ms?.toFixed(ms < 10 ? 2 : 0) ?? '',
};

/** A table in Markdown: a row per set of images, in the given order. In a pair, the classifier's number precedes the autoencoder's. */
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
