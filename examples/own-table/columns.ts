// The columns of a table: what was found in each, and what the user changes.
import { describeTable, type ColumnDescription, type ColumnKind } from 'tfjs-generative/tables';
import { find, make } from './dom.js';
import type { Columns } from '../shared/read-csv.js';

/** The kinds to choose from; the library finds out whether numbers are whole. */
const CHOICES = { number: 'numbers', date: 'dates', category: 'categories' } as const;
type Choice = keyof typeof CHOICES;

/** A column as the page has it. */
interface Found {
  readonly description?: ColumnDescription | undefined;
  readonly notes: readonly string[];
  readonly error?: string | undefined;
}

/** The user's choices. */
export interface ChosenColumns {
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly leftOut: readonly string[];
  /** The columns that are learned. */
  readonly learned: readonly ColumnDescription[];
  /** The columns that cannot be learned, and are not left out. */
  readonly wrong: readonly string[];
}

/** Shows the columns of a table, one after the other so that the page stays free; calls `onChange` at each change of the choices. */
export async function showColumns(
  table: Columns,
  onChange: (chosen: ChosenColumns) => void,
  signal: AbortSignal,
): Promise<void> {
  const [kinds, found, leftOut] = [new Map<string, Choice>(), new Map<string, Found>(), new Set<string>()];
  const body = find('#table tbody');
  const rows = new Map(Object.keys(table).map((name) => [name, make('tr')]));
  const change = (): void => {
    const kept = [...found].filter(([name]) => !leftOut.has(name));
    const wrong = kept.filter(([, { error }]) => error !== undefined).map(([name]) => name);
    const learned = kept.flatMap(([, { description }]) => description ?? []);
    onChange({ kinds: Object.fromEntries(kinds), leftOut: [...leftOut], learned, wrong });
  };
  const show = (name: string): void => {
    const { description, error, notes } = found.get(name)!;
    const row = rows.get(name)!;
    const isOut = leftOut.has(name);
    row.className = isOut ? 'out' : '';
    const use = make('input', { type: 'checkbox', checked: !isOut, ariaLabel: `Learn ${name}` });
    use.onchange = () => {
      if (use.checked) leftOut.delete(name);
      else leftOut.add(name);
      show(name);
      change();
      // the new box has replaced the one that had the focus
      row.querySelector('input')!.focus();
    };
    const choose = make('select', { ariaLabel: `Kind of ${name}` });
    choose.append(...Object.entries(CHOICES).map(([value, text]) => make('option', { value }, text)));
    const kind = kinds.get(name) ?? (description && choiceOf(description));
    if (kind === undefined) choose.prepend(make('option', { value: '' }, 'unclear'));
    choose.value = kind ?? '';
    choose.onchange = () => {
      kinds.set(name, choose.value as Choice);
      found.set(name, describe(name, table[name]!, kinds.get(name)));
      show(name);
      change();
      row.querySelector('select')!.focus();
    };
    const texts = notes.map((note) => make('small', {}, note));
    if (error !== undefined && !isOut) {
      const leave = make('button', { className: 'link', onclick: () => use.click() }, 'Leave it out');
      texts.push(make('small', { className: 'error' }, error, ' ', leave));
    }
    const missing = description === undefined ? '' : `${Math.round(100 * description.missing)}%`;
    row.replaceChildren(
      make('td', {}, use),
      make('td', {}, name, ...texts),
      make('td', {}, choose),
      make('td', {}, description === undefined ? '' : valuesOf(description)),
      make('td', { className: 'number' }, missing),
    );
  };
  body.replaceChildren(...rows.values());
  for (const [name, cells] of Object.entries(table)) {
    found.set(name, describe(name, cells, undefined));
    show(name);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return;
  }
  change();
}

function choiceOf(description: ColumnDescription): Choice {
  if ('categories' in description) return 'category';
  return description.kind === 'date' ? 'date' : 'number';
}

/** Describes one column in sentences without its name, which is already next to them. */
function describe(name: string, cells: Columns[string], kind: Choice | undefined): Found {
  const plain = (text: string): string =>
    text
      .replace('describeTable: ', '')
      .replaceAll(`\`rows.${name}\``, 'This column')
      .replaceAll(/say kinds: \{.*?'(\w+)' \}/g, 'choose $1')
      .replaceAll(/kinds: \{.*?'(\w+)' \}/g, 'the kind $1')
      .replace(/ Leave the column out\.$/, '');
  try {
    const { columns, notes } = describeTable({ [name]: cells }, kind === undefined ? {} : { kinds: { [name]: kind } });
    const own = notes.filter((note) => note.startsWith(`${name}: `)).map((note) => note.slice(name.length + 2));
    return { description: columns[0], notes: own.map((note) => plain(note[0]!.toUpperCase() + note.slice(1))) };
  } catch (error) {
    return { notes: [], error: plain((error as Error).message) };
  }
}

/** The range of numbers, or the number of categories with the most frequent ones. */
function valuesOf(column: ColumnDescription): string {
  if ('categories' in column) {
    const { categories } = column;
    const first = categories.slice(0, 3).map(({ value }) => String(value).slice(0, 20));
    const shown = `${first.join(', ')}${categories.length > 3 ? ', …' : ''}`;
    return categories.length > 3 ? `${categories.length}: ${shown}` : shown;
  }
  const [low, high] = column.range.map((number) =>
    column.kind === 'date'
      ? new Date(number).toISOString().slice(0, 10)
      : number.toLocaleString('en', { maximumSignificantDigits: 6, useGrouping: false }),
  );
  return `${low} to ${high}`;
}
