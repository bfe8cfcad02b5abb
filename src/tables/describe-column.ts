import { outOfRange, unusable, wrongKind } from '../tensor/errors.js';
import type { CategoryColumn, ColumnDescription, ColumnKind, NumberColumn } from './description.js';
import { extremes, rangeOf } from './describe-numbers.js';
import type { Known } from './read-columns.js';

/** The largest number of values of a category. */
const MOST_CATEGORIES = 1000;
/** Numbers of at most so many values, each of which occurs often, are categories. */
const FEW = 10;
const OFTEN = 20;
/** The share of different values from which a text is an identifier, in tables that are not tiny. */
const UNIQUE = 0.95;
const TINY = 20;
/** A column that is described, and what deserves a look about it. */
interface Described {
  readonly column: ColumnDescription;
  readonly notes: readonly string[];
}

/** Describes a column; throws one error if a model cannot learn it. */
export function describeColumn(where: string, name: string, cells: readonly Known[], kind?: ColumnKind): Described {
  const argument = `rows.${name}`;
  const present = cells.filter((cell) => cell !== null);
  const missing = 1 - present.length / cells.length;
  const values = new Set(present.map((cell) => (cell instanceof Date ? cell.getTime() : cell)));
  const types = [...new Set(present.map(typeOf))];
  if (types.length > 1) {
    const fix = 'Convert its cells to one kind; null is for missing ones.';
    throw wrongKind(where, argument, 'must hold one kind of cell', { seen: types.join(' and '), fix });
  }
  if (values.size + Number(missing > 0) < 2) {
    const seen = values.size === 0 ? 'nothing' : `${String([...values][0])} in all rows`;
    throw unusable(where, argument, 'must hold at least two values', { seen, fix: 'Leave the column out.' });
  }
  const [type] = types;
  if (type === 'date' && kind !== undefined && kind !== 'date') {
    throw wrongKind(where, `kinds.${name}`, "must be 'date' for a column of dates", { got: kind });
  }
  const asNumbers = numbersOf(present, type!, kind);
  if (asNumbers?.numbers.some(Number.isNaN)) {
    throw wrongKind(where, argument, `must hold what kinds.${name} says`, {
      got: present.find((cell) => Number.isNaN(Number(cell))),
    });
  }
  if (asNumbers !== undefined) {
    rejectIdentifier(where, argument, { kind, type: type!, present, distinct: values.size });
    const column = numberColumn(name, missing, asNumbers);
    return { column, notes: missingNote(column) };
  }
  const isNumbersAsText = type === 'text' && present.every((cell) => Number.isFinite(Number(cell)));
  const fix = isNumbersAsText
    ? `Is it a number? Then say kinds: { ${name}: 'number' }.`
    : 'Leave the column out, or group its values.';
  if (type === 'text' && kind === undefined && cells.length > TINY && values.size > UNIQUE * present.length) {
    const seen = `${values.size} values in ${present.length} rows`;
    throw unusable(where, argument, 'must not be an identifier or a free text', { seen, fix });
  }
  if (values.size > MOST_CATEGORIES) {
    throw outOfRange(where, argument, `must have at most ${MOST_CATEGORIES} categories`, { got: values.size, fix });
  }
  const column = categoryColumn(name, missing, present as (string | number | boolean)[]);
  const once = column.categories.filter(({ count }) => count === 1).length;
  return {
    column,
    notes: [
      ...missingNote(column),
      ...(once > 0 ? [`${name}: ${once} of ${values.size} values occur only once.`] : []),
      ...(isNumbersAsText
        ? [`${name}: numbers as text are categories; kinds: { ${name}: 'number' } makes them numbers.`]
        : []),
      ...(type === 'number' ? [`${name}: few different numbers are categories.`] : []),
    ],
  };
}

function typeOf(cell: Known): string {
  return cell instanceof Date ? 'date' : typeof cell === 'string' ? 'text' : typeof cell;
}

interface Numbers {
  readonly kind: 'number' | 'integer' | 'date';
  readonly numbers: readonly number[];
  readonly written?: NumberColumn['written'];
}

/** The cells as numbers, unless they are categories. */
function numbersOf(present: readonly Known[], type: string, kind: ColumnKind | undefined): Numbers | undefined {
  if (kind === 'category' || kind === 'boolean' || type === 'boolean') return undefined;
  if (type === 'text') {
    const written = writtenAs(present as string[]);
    if (written !== undefined && kind !== 'number' && kind !== 'integer') {
      return { kind: 'date', numbers: present.map((cell) => Date.parse(cell as string)), written };
    }
    if (kind === undefined) return undefined;
  }
  if (type === 'date') return { kind: 'date', numbers: present.map(Number), written: 'date' };
  const numbers = present.map(Number);
  if (kind === 'date') return { kind, numbers };
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const isFew = counts.size <= FEW && numbers.length >= OFTEN * counts.size;
  if (kind === undefined && isFew) return undefined;
  return { kind: numbers.every(Number.isInteger) ? 'integer' : 'number', numbers };
}

/** How texts write dates; undefined if they do not. */
function writtenAs(texts: readonly string[]): 'day' | 'moment' | undefined {
  const isoOf = (text: string): string => {
    const moment = Date.parse(text);
    return Number.isNaN(moment) ? '' : new Date(moment).toISOString();
  };
  if (texts.every((text) => isoOf(text) === text)) return 'moment';
  return texts.every((text) => text.length === 10 && isoOf(text).slice(0, 10) === text) ? 'day' : undefined;
}

function numberColumn(name: string, missing: number, { kind, numbers, written }: Numbers): NumberColumn {
  return { name, kind, missing, ...rangeOf(numbers, kind === 'date'), ...(written && { written }) };
}

function categoryColumn(
  name: string,
  missing: number,
  present: readonly (string | number | boolean)[],
): CategoryColumn {
  const counts = new Map<string | number | boolean, number>();
  for (const value of present) counts.set(value, (counts.get(value) ?? 0) + 1);
  const categories = Array.from(counts, ([value, count]) => ({ value, count }));
  const isBoolean = categories.every(({ value }) => typeof value === 'boolean');
  return {
    name,
    kind: isBoolean ? 'boolean' : 'category',
    missing,
    categories: categories.sort((a, b) => b.count - a.count),
  };
}

interface Numbered {
  readonly kind: ColumnKind | undefined;
  readonly type: string;
  readonly present: readonly Known[];
  readonly distinct: number;
}

/** Throws if whole numbers count the rows. */
function rejectIdentifier(where: string, argument: string, { kind, type, present, distinct }: Numbered): void {
  if (kind !== undefined || type !== 'number' || present.length <= TINY || distinct < present.length) return;
  const [low, high] = extremes(present as number[]);
  if (high - low !== present.length - 1 || !present.every(Number.isInteger)) return;
  const seen = `each number from ${low} to ${high} once`;
  throw unusable(where, argument, 'must not be an identifier', { seen, fix: 'Leave the column out.' });
}

function missingNote({ name, missing }: ColumnDescription): string[] {
  return missing > 0.5 ? [`${name}: ${Math.round(100 * missing)}% of the cells are missing.`] : [];
}
