// Taking rows away: how many, with which value, as a CSV file; and a report of how good they are.
import type { ColumnDescription } from 'tfjs-generative/tables';
import { button, download, find, make } from './dom.js';
import { showReport } from './report.js';
import type { Answer, Request } from './worker.js';

/** The form for rows, and what it does with answers of the worker. */
export interface Taking {
  /** The columns that are learned, and the number of rows in the table. */
  change(columns: readonly ColumnDescription[], rows: number): void;
  allow(canMake: boolean): void;
  receive(answer: Answer): void;
}

/** Connects the form to the worker; files get names after `nameOf()`. */
export function createTaking(post: (request: Request) => void, nameOf: () => string): Taking {
  const [count, known, work] = [find<HTMLInputElement>('#count'), find<HTMLSelectElement>('#known'), find('#work')];
  let columns: readonly ColumnDescription[] = [];
  let canMake = false;
  let isBusy = false;

  const show = (): void => {
    find('#take').hidden = !canMake;
    for (const id of ['download', 'check', 'save']) button(id).disabled = isBusy;
    button('cancel').hidden = !isBusy;
  };
  const request = (what: Request): void => {
    isBusy = true;
    work.textContent = '';
    show();
    post(what);
  };
  known.onchange = () => {
    const column = columns[known.selectedIndex - 1];
    find('#value').replaceChildren(...(column === undefined ? [] : ['= ', fieldOf(column)]));
  };
  find<HTMLFormElement>('#make').onsubmit = (event) => {
    event.preventDefault();
    const column = columns[known.selectedIndex - 1];
    const field = find<HTMLSelectElement | HTMLInputElement>('#value > *');
    request({ make: count.valueAsNumber, known: column === undefined ? {} : { [column.name]: field.value } });
  };
  button('check').onclick = () => {
    find('#report').replaceChildren();
    request('check');
  };
  button('save').onclick = () => request('save');
  button('cancel').onclick = () => post('cancel');

  return {
    change(others, rows) {
      columns = others;
      count.value = String(rows);
      known.replaceChildren(
        ...['any values', ...columns.map(({ name }) => name)].map((name) => make('option', {}, name)),
      );
      find('#value').replaceChildren();
      find('#report').replaceChildren();
      work.textContent = '';
    },
    allow(can) {
      canMake = can;
      show();
    },
    receive(answer) {
      if ('share' in answer) {
        work.textContent = answer.share < 1 ? `making rows: ${Math.floor(100 * answer.share)}%` : 'almost done';
        return;
      }
      isBusy = false;
      show();
      work.textContent = 'failed' in answer ? answer.failed : '';
      if ('csv' in answer) download(answer.csv, `${nameOf()}-made.csv`);
      if ('model' in answer) download(answer.model, `${nameOf()}.safetensors`);
      if ('csv' in answer || 'model' in answer) work.textContent = 'The file is in your downloads.';
      if ('report' in answer) showReport(find('#report'), answer.report);
    },
  };
}

/** A list of categories, or a field for a number or a date. */
function fieldOf(column: ColumnDescription): HTMLElement {
  const ariaLabel = `Value of ${column.name}`;
  if ('categories' in column) {
    const options = column.categories.map(({ value }) => make('option', {}, String(value)));
    return make('select', { ariaLabel }, ...options);
  }
  const { kind, written, range } = column;
  const [low] = range;
  if (kind !== 'date' && written === undefined) {
    return make('input', { type: 'number', step: 'any', required: true, ariaLabel, value: String(low) });
  }
  const isIso = kind === 'date' && (written === 'date' || written?.startsWith('Y'));
  const value = isIso ? new Date(low).toISOString().slice(0, written === 'YYYY-MM-DD' ? 10 : undefined) : '';
  return make('input', { type: 'text', required: true, ariaLabel, value, placeholder: written ?? '' });
}
