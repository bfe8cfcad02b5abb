import { outOfRange, unusable, wrongKind } from '../tensor/errors.js';
import type { Category, CategoryColumn, ColumnDescription, ColumnKind, DayOrder, NumberColumn } from './description.js';
import { haveWeekdays, rangeOf } from './describe-numbers.js';
import { amountPatternOf } from './amounts.js';
import { dateFix, formsNote, kindsOf, missingNote, rareNote } from './column-notes.js';
import { countsEvenly, rejectIdentifier, type Numbers } from './identifiers.js';
import { haveShortYears, localPatternOf, momentOf, patternOf } from './iso-dates.js';
import { asNumber, numberIn } from './read-cell.js';
import type { Known } from './read-columns.js';

/** The largest number of values of a category. */
const MAX_CATEGORIES = 1000;
/** The category of rare values, where there are more. */
const OTHER = 'other';
/** Numbers of at most so many values, each of which occurs often, are categories. */
const FEW = 10;
const MIN_REPEATS = 20;
/** The share of different values from which a text is an identifier, in tables that are not tiny. */
const UNIQUE = 0.95;
const TINY = 20;
/** The cells of a column, and what errors call them. */
interface NamedCells {
  readonly where: string;
  readonly argument: string;
  readonly name: string;
  readonly cells: readonly Known[];
}

/** A column that is described, and what deserves a look about it. */
interface Described {
  readonly column: ColumnDescription;
  readonly notes: readonly string[];
}

/** A day as people write it: 30.11.2026, 11/30/26, Nov 30, 2026. */
const LOCAL_DATE = /^(\d{1,2}[./ -](\d{1,2}|[A-Z]\w{2,8})[./ -]|[A-Z][a-z]{2,8}\.? \d{1,2},? )\d{2,4}\b/;

/** Describes a column; throws one error if a model cannot learn it. */
export function describeColumn({ where, argument, name, cells }: NamedCells, asked?: ColumnKind | DayOrder): Described {
  const isOrder = asked === 'DD/MM/YYYY' || asked === 'MM/DD/YYYY';
  const [kind, first] = isOrder ? (['date', asked[0]!] as const) : [asked];
  const present = cells.filter((cell) => cell !== null);
  const missing = 1 - present.length / cells.length;
  const values = new Set(present.map((cell) => (cell instanceof Date ? cell.getTime() : cell)));
  const types = [...new Set(present.map(typeOf))];
  if (types.length > 1 && (kind !== 'category' || types.includes('date'))) {
    const seen = types
      .map((type) => `${type} (${shown(present.find((cell) => typeOf(cell) === type)!)})`)
      .join(' and ');
    const fix = `Put null for missing cells; ${kindsOf(name, 'category')} accepts numbers and texts together.`;
    throw wrongKind(where, argument, 'must hold one kind of cell', { seen, fix });
  }
  if (values.size + Number(missing > 0) < 2) {
    const seen = values.size === 0 ? 'nothing' : `${String([...values][0])} in all rows`;
    throw unusable(where, argument, 'must hold at least two values', { seen, fix: 'Leave the column out.' });
  }
  const [type] = types;
  checkKind({ where, argument, name, cells: present }, type!, kind);
  const asNumbers = numbersOf(present, type!, kind, first);
  const isWrong = (number: number): boolean =>
    !(kind === 'integer' ? Number.isInteger(number) : Number.isFinite(number));
  if (asNumbers?.numbers.some(isWrong)) {
    throw wrongKind(where, argument, `must match kinds.${name}`, {
      got: present[asNumbers.numbers.findIndex(isWrong)],
      fix: kind === 'date' ? dateFix(name, present) : undefined,
    });
  }
  if (asNumbers !== undefined) {
    if (kind === undefined) rejectIdentifier({ where, argument, name }, asNumbers, values.size);
    const column = numberColumn(name, missing, asNumbers);
    const isIdentifier = kind === undefined && values.size === present.length && countsEvenly(asNumbers);
    const note = `${name}: all numbers differ, as those of an identifier do; leave the column out if it is one.`;
    return { column, notes: [...missingNote(column), ...(isIdentifier ? [note] : []), ...formsNote(column, present)] };
  }
  return categoriesOf({ where, argument, name, cells }, present as Value[], kind);
}

/** Describes a column of categories; throws one error if it has too many. */
function categoriesOf(
  { where, argument, name, cells }: NamedCells,
  present: readonly Value[],
  kind?: ColumnKind,
): Described {
  const [values, type] = [new Set(present), typeOf(present[0]!)];
  const isNumbersAsText = type === 'text' && !present.some((cell) => Number.isNaN(numberIn(cell as string)));
  const isDatesAsText = type === 'text' && present.every((cell) => LOCAL_DATE.test(cell as string));
  const fix = isNumbersAsText
    ? `Is it a number? Then say ${kindsOf(name, 'number')}.`
    : isDatesAsText
      ? dateFix(name, present)
      : 'Leave the column out, or group its values.';
  if (type === 'text' && kind === undefined && present.length > TINY && values.size > UNIQUE * present.length) {
    const seen = `${values.size} values in ${present.length} rows`;
    throw unusable(where, argument, 'must not be an identifier or a free text', { seen, fix });
  }
  if (values.size > MAX_CATEGORIES && (type !== 'text' || isNumbersAsText || isDatesAsText)) {
    throw outOfRange(where, argument, `must have at most ${MAX_CATEGORIES} categories`, { got: values.size, fix });
  }
  const column = categoryColumn(name, 1 - present.length / cells.length, present);
  return {
    column,
    notes: [
      ...missingNote(column),
      ...rareNote(column, values.size),
      ...(isNumbersAsText
        ? [`${name}: numbers as text are categories; ${kindsOf(name, 'number')} makes them numbers.`]
        : []),
      ...(isDatesAsText ? [`${name}: these dates are categories. ${fix}`] : []),
      ...(type === 'number' && kind === undefined && values.size > 2
        ? [`${name}: ${values.size} different numbers are categories; ${kindsOf(name, 'number')} makes them numbers.`]
        : []),
    ],
  };
}

/** Throws if cells of a type cannot have the kind that is asked for. */
function checkKind(
  { where, argument, name, cells: present }: NamedCells,
  type: string,
  kind: ColumnKind | undefined,
): void {
  if (type === 'date' && kind !== undefined && kind !== 'date') {
    throw wrongKind(where, `kinds.${name}`, "must be 'date' for a column of dates", { got: kind });
  }
  // kinds of true and false, or of other cells
  if (kind !== undefined && kind !== 'category' && (kind === 'boolean') !== (type === 'boolean')) {
    const fix = `Convert the cells, or say ${kindsOf(name, 'category')}.`;
    throw wrongKind(where, argument, `must match kinds.${name}`, { got: present[0], fix });
  }
  if (type === 'text' && (kind === undefined || kind === 'date') && haveShortYears(present as string[])) {
    const fix = `Two digits do not say the century. Write 2026 for 26, or say ${kindsOf(name, 'category')}.`;
    throw unusable(where, argument, 'must hold years of four digits', { got: present[0], fix });
  }
}

/** A value of a category. */
type Value = Category['value'];

function typeOf(cell: Known): string {
  return cell instanceof Date ? 'date' : typeof cell === 'string' ? 'text' : typeof cell;
}

/** The cells as numbers, unless they are categories. */
function numbersOf(
  present: readonly Known[],
  type: string,
  kind: ColumnKind | undefined,
  first?: string,
): Numbers | undefined {
  if (kind === 'category' || kind === 'boolean' || type === 'boolean') return undefined;
  let written: string | undefined;
  if (type === 'text') {
    const texts = present as string[];
    const isNumber = kind === 'number' || kind === 'integer';
    const pattern = isNumber ? undefined : (patternOf(texts) ?? localPatternOf(texts, first));
    if (pattern !== undefined) {
      return { kind: 'date', numbers: texts.map((text) => momentOf(text, pattern)), written: pattern };
    }
    written = kind === 'date' ? undefined : amountPatternOf(texts);
    if (kind === undefined && written === undefined) return undefined;
  }
  if (type === 'date') return { kind: 'date', numbers: present.map(Number), written: 'date' };
  const numbers = present.map((cell) => asNumber({ kind: kind ?? 'number', written }, cell)!);
  if (kind === 'date') return { kind, numbers };
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const isFew = counts.size <= FEW && numbers.length >= MIN_REPEATS * counts.size;
  if (kind === undefined && isFew) return undefined;
  return { kind: numbers.every(Number.isInteger) ? 'integer' : 'number', numbers, written };
}

function numberColumn(name: string, missing: number, { kind, numbers, written }: Numbers): NumberColumn {
  const weekdays = kind === 'date' && written !== 'YYYY-MM' && haveWeekdays(numbers);
  return {
    name,
    kind,
    missing,
    ...rangeOf(numbers, kind === 'date'),
    ...(written && { written }),
    ...(weekdays && { weekdays }),
  };
}

function categoryColumn(name: string, missing: number, present: readonly Value[]): CategoryColumn {
  const counts = new Map<Value, number>();
  for (const value of present) counts.set(value, (counts.get(value) ?? 0) + 1);
  const categories = Array.from(counts, ([value, count]) => ({ value, count }));
  const isBoolean = categories.every(({ value }) => typeof value === 'boolean');
  const byCount = (a: Category, b: Category): number => b.count - a.count;
  categories.sort(byCount);
  const kind = isBoolean ? 'boolean' : 'category';
  if (categories.length <= MAX_CATEGORIES) return { name, kind, missing, categories };
  const kept = categories.filter(({ value }) => value !== OTHER).slice(0, MAX_CATEGORIES - 1);
  const count = kept.reduce((sum, one) => sum - one.count, present.length);
  return { name, kind, missing, categories: [...kept, { value: OTHER, count }].sort(byCount), other: OTHER };
}

/** A cell in an error. */
function shown(cell: Known): string {
  return typeof cell === 'string' ? `'${cell}'` : String(cell);
}
