// The report in words: each measure of the made rows beside that of real rows which the model has not seen.
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
      'How far the distribution of a column is from the real one, on average. 0% is the same distribution.',
    ],
    [
      'Pairs of columns',
      percent(trends.error),
      percent(trends.floor),
      'How far the relation of two columns is from the real one, on average.' +
        (worst === null
          ? ''
          : ` The largest difference, ${percent(worst.error)}, is that of ${worst.columns.join(' and ')}.`),
    ],
    [
      'Closer to learned rows',
      percent(privacy.closerToTraining.share),
      percent(privacy.closerToTraining.floor),
      'The share of rows that are closer to a row that was learned than to any that was not. About 50% means that the model does not repeat its rows; much more means that it does.',
    ],
    [
      'Exact copies',
      percent(privacy.copies.share),
      percent(privacy.copies.floor),
      'The share of rows that are equal to a row that was learned. In a table of few columns, real rows repeat each other, too.',
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
      `How well a small network predicts ${efficacy.target} of real rows after it has learned from made rows, or from real ones (${measure}).`,
    ]);
  }
  const head = ['', 'Made rows', 'Real rows', 'What it says'];
  const body = lines.map(([title, made, heldOut, words]) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, title),
      make('td', { className: 'number', title: 'Made rows' }, made),
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
      `${rows.synthetic.toLocaleString('en')} made rows against the ${rows.real.toLocaleString('en')} rows that were learned. A quarter of your table, ` +
        `${rows.heldOut.toLocaleString('en')} rows, was not learned: these real rows show the best that is possible.`,
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
      make('strong', {}, 'This is no guarantee of privacy.'),
      ' Made rows can still give away something about the people or things in your table. Before you share them, judge them as you would judge the table itself.',
    ),
  );
}
