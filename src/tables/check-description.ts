import { wrongKind } from '../tensor/errors.js';
import {
  isNumeric,
  type CategoryColumn,
  type ColumnDescription,
  type NumberColumn,
  type TableDescription,
} from './description.js';
import { DAY } from './iso-dates.js';

/** The largest number of decimals, and the length of a list, in a description. */
const MAX_DECIMALS = 15;
const MAX_LENGTH = 2 ** 16;

/** Nearly the latest moment of a `Date`. */
const LATEST = 8.63e15;

/** Throws unless `description` is one of {@link describeTable}. It may come from a file. */
export function checkDescription(where: string, argument: string, description: TableDescription): void {
  const wrong = firstWrong(description);
  if (wrong === undefined) return;
  throw wrongKind(where, argument, 'must be the description of a table', {
    ...(wrong === '' ? { got: description } : { seen: `one with other ${wrong}` }),
    fix: 'Make it with describeTable.',
  });
}

/** The first part of a description that is not as {@link describeTable} makes it: '' for all of it, undefined for none. */
function firstWrong(description: unknown): string | undefined {
  if (!isRecord({ rows: isCount, columns: isList, combinations: isList, orders: isList })(description)) return '';
  const { columns, combinations, orders } = description as TableDescription;
  const names = columns.map((column) => (column as ColumnDescription | null)?.name);
  if (columns.length === 0 || new Set(names).size < columns.length || !columns.every(isColumn)) return 'columns';
  const byName = new Map(columns.map((column) => [column.name, column]));
  const sizeOf = (name: string): number => {
    const column = byName.get(name);
    return column === undefined || isNumeric(column) ? 0 : column.categories.length + Number(column.missing > 0);
  };
  const isCombination = isRecord({ columns: isListOf(isText), rows: isListOf(isListOf(Number.isInteger)) });
  const isOneOfSizes = (row: readonly number[], sizes: readonly number[]): boolean =>
    row.length === sizes.length && row.every((index, i) => index >= 0 && index < sizes[i]!);
  const areCombinations = combinations.every((one) => {
    if (!isCombination(one) || one.rows.length === 0) return false;
    const sizes = one.columns.map(sizeOf);
    return one.rows.every((row) => isOneOfSizes(row, sizes));
  });
  if (!areCombinations) return 'combinations';
  const combined = combinations.flatMap((one) => one.columns);
  if (new Set(combined).size < combined.length) return 'combinations';
  const isNumber = (name: unknown): boolean => {
    const column = byName.get(name as string);
    return column !== undefined && isNumeric(column);
  };
  const isOrder = isRecord({ low: isNumber, high: isNumber, least: Number.isFinite, difference: isNumbers });
  const before = new Set<string>();
  const areOrders = orders.every((one) => {
    const isRight = isOrder(one) && !before.has(one.high);
    if (isRight) before.add(one.low).add(one.high);
    return isRight;
  });
  return areOrders && orders.every(({ low, high }) => low !== high) ? undefined : 'orders';
}

type Is = (value: unknown) => boolean;

const isText: Is = (value) => typeof value === 'string';
const isCount: Is = (value) => Number.isInteger(value) && (value as number) >= 0;
const isShare: Is = (value) => Number.isFinite(value) && (value as number) >= 0 && (value as number) <= 1;
const isList: Is = (value) => Array.isArray(value) && value.length <= MAX_LENGTH;
const isOneOf =
  (...values: readonly unknown[]): Is =>
  (value) =>
    values.includes(value);

/** Patterns of dates, of days that are not of ISO 8601, and of amounts. */
const PATTERNS = [
  /^(date|YYYY-MM[-DThms:. ]{0,20}(Z|[+-]\d\d:?\d\d)?)$/,
  /^(DD?[./, -]{1,2}M{1,4}[./, -]{1,2}YYYY|M{1,4}[./, -]{1,2}DD?[./, -]{1,2}YYYY|YYYY[./, -]{1,2}M{1,4}[./, -]{1,2}DD?)$/,
  /^(\p{Sc}\s?)?(#[\s,.'’]##)?0([.,]0{1,15})?(\s?[%\p{Sc}])?$/u,
];

/** How dates and amounts are written. */
const isPattern: Is = (written) =>
  written === undefined || (isText(written) && PATTERNS.some((pattern) => pattern.test(written as string)));

function isListOf(is: Is): Is {
  return (value) => isList(value) && (value as unknown[]).every(is);
}

function isRecord(fields: Readonly<Record<string, Is>>): Is {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, is]) => is((value as Readonly<Record<string, unknown>>)[name]));
}

const isRising: Is = (value) =>
  isListOf(Number.isFinite)(value) && (value as number[]).every((number, i, all) => i === 0 || number >= all[i - 1]!);
const isPair: Is = (value) => isRising(value) && (value as number[]).length === 2;

/** Whether a value describes a distribution of numbers. */
function isNumbers(value: unknown): boolean {
  const isCurve: Is = (curve) => {
    if (!isRecord({ numbers: isRising, shares: isRising })(curve)) return false;
    const { numbers, shares } = curve as { readonly numbers: readonly number[]; readonly shares: readonly number[] };
    return numbers.length > 0 && numbers.length === shares.length && shares.every(isShare);
  };
  return isRecord({
    range: isPair,
    decimals: (decimals) => decimals === null || (isCount(decimals) && (decimals as number) <= MAX_DECIMALS),
    unit: (unit) => Number.isFinite(unit) && (unit as number) >= 0 && (unit as number) <= DAY,
    quantiles: isCurve,
    gaps: isListOf(isPair),
  })(value);
}

/** Whether a value describes a column. */
function isColumn(value: unknown): boolean {
  if (!isRecord({ name: isText, missing: isShare })(value)) return false;
  if (isRecord({ kind: isOneOf('number', 'integer', 'date') })(value)) {
    const isMoment: Is = (number) => Math.abs(number as number) <= LATEST;
    const { kind, range } = value as NumberColumn;
    if (!isNumbers(value) || (kind === 'date' && !range.every(isMoment))) return false;
    return isRecord({ written: isPattern, weekdays: isOneOf(undefined, kind === 'date') })(value);
  }
  const isValue: Is = (one) => isText(one) || Number.isFinite(one) || typeof one === 'boolean';
  const isCategory = isRecord({ value: isValue, count: isCount });
  const categories = isRecord({ kind: isOneOf('category', 'boolean'), categories: isListOf(isCategory) });
  if (!categories(value)) return false;
  const { categories: all, other } = value as CategoryColumn;
  return all.length > 0 && (other === undefined || all.some((one) => one.value === other));
}
