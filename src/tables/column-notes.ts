import { amountIn, writeAmount } from './amounts.js';
import type { CategoryColumn, ColumnDescription, ColumnKind, DayOrder, NumberColumn } from './description.js';
import { isAmbiguous, momentOf, writeDate } from './iso-dates.js';
import type { Known } from './read-columns.js';

const ISO_FIX = 'Convert dates to Date, or to texts such as 2026-11-30.';

/** The option of describeTable that gives a column its kind. */
export function kindsOf(name: string, kind: ColumnKind | DayOrder): string {
  const key = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : JSON.stringify(name);
  return `kinds: { ${key}: '${kind}' }`;
}

/** Says that texts do not all come back as they are. */
export function formsNote({ name, kind, written }: NumberColumn, present: readonly Known[]): string[] {
  if (written === undefined || written === 'date') return [];
  const [what, write] =
    kind === 'date'
      ? ['dates', (text: string) => writeDate(written, momentOf(text, written))]
      : (['amounts', (text: string) => writeAmount(written, amountIn(text, written))] as const);
  const isSame = present.every((cell) => write(cell as string) === cell);
  return isSame ? [] : [`${name}: ${what} in several forms come back as ${written}.`];
}

/** How to write texts of days so that they are dates. */
export function dateFix(name: string, present: readonly Known[]): string {
  if (!present.every((cell) => typeof cell === 'string') || !isAmbiguous(present)) return ISO_FIX;
  return `Is the day or the month first? Say ${kindsOf(name, 'DD/MM/YYYY')} or 'MM/DD/YYYY'.`;
}

/** Says that most cells are missing. */
export function missingNote({ name, missing }: ColumnDescription): string[] {
  return missing > 0.5 ? [`${name}: ${Math.round(100 * missing)}% of the cells are missing.`] : [];
}

/** Says which of so many values are rare. */
export function rareNote({ name, categories, other }: CategoryColumn, values: number): string[] {
  if (other !== undefined)
    return [`${name}: ${values - categories.length + 1} rare values of ${values} become '${other}'.`];
  const once = categories.filter(({ count }) => count === 1).length;
  return once > 0 ? [`${name}: values that occur only once: ${once} of ${values}.`] : [];
}
