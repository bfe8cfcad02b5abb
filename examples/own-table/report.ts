// The report in words: each measure of the made rows next to that of real rows which the model has not seen.
import type { TableReport } from 'tfjs-generative/tables';
import { make } from './dom.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Shows a report. */
export function showReport(place: Element, { rows, shapes, trends, privacy, efficacy }: TableReport): void {
  const { worst } = trends;
  const lines: (readonly [title: string, made: string, heldOut: string, words: string])[] = [
    [
      'Single columns',
      percent(shapes.error),
      percent(shapes.floor),
      'How far the distribution of a column is from the real one, on average. 0% means that they are the same.',
    ],
    [
      'Pairs of columns',
      percent(trends.error),
      percent(trends.floor),
      'How far the relation of two columns is from the real one, on average.' +
        (worst === null ? '' : ` The worst pair is ${worst.columns.join(' and ')}, with ${percent(worst.error)}.`),
    ],
    [
      'Closer to learned rows',
      percent(privacy.closerToTraining.share),
      percent(privacy.closerToTraining.floor),
      'The share of rows that are closer to a row the model learned from than to any row that it has not seen. About 50% means that the model does not repeat its rows; much more means that it does: ' +
        `copies would have ${percent(privacy.closerToTraining.copied)}.`,
    ],
    [
      'Exact copies',
      percent(privacy.copies.share),
      percent(privacy.copies.floor),
      'The share of rows that are equal to a row the model learned from. In a table with few columns, real rows also repeat each other.',
    ],
  ];
  if (efficacy !== null) {
    const measure = { auc: 'area under the ROC curve', accuracy: 'accuracy', r2: 'share of variance explained' }[
      efficacy.measure
    ];
    lines.push([
      `Predicting ${efficacy.target}`,
      percent(efficacy.synthetic),
      percent(efficacy.real),
      `How well a small network predicts ${efficacy.target} in real rows after learning from generated rows, or from real rows (${measure}).`,
    ]);
  }
  const head = ['', 'Generated rows', 'Real rows', 'What it says'];
  const body = lines.map(([title, made, heldOut, words]) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, title),
      make('td', { className: 'number', title: 'Generated rows' }, made),
      make('td', { className: 'number', title: 'Real rows' }, heldOut),
      make('td', {}, words),
    ),
  );
  const number = (i: number) => (i === 1 || i === 2 ? 'number' : '');
  place.replaceChildren(
    make('h3', {}, 'How good the rows are'),
    make(
      'p',
      {},
      `${rows.synthetic.toLocaleString('en')} generated rows against the ${rows.real.toLocaleString('en')} rows that the model learned from. A quarter of your table, ` +
        `${rows.heldOut.toLocaleString('en')} rows, was kept back: these real rows show the best possible values.`,
    ),
    make(
      'table',
      { className: 'report' },
      make('thead', {}, make('tr', {}, ...head.map((text, i) => make('th', { className: number(i) }, text)))),
      make('tbody', {}, ...body),
    ),
    make(
      'p',
      {},
      make('strong', {}, 'This does not guarantee privacy.'),
      ' Generated rows can still reveal something about the people or things in your table. Before you share them, take the same care as with the table itself.',
    ),
  );
}
