import type { NumberRange } from './description.js';
import { DAY, weekdayOf } from './iso-dates.js';
import { quantilesOf, rounded } from './quantiles.js';

/** Decimals beyond which numbers count as not rounded. */
const MAX_DECIMALS = 9;

/** Describes the distribution of numbers or dates. */
export function rangeOf(numbers: readonly number[], isDate: boolean): NumberRange {
  const decimals = isDate ? null : decimalsOf(numbers);
  const unit = isDate ? unitOfDates(numbers) : decimals === null ? 0 : 10 ** -decimals;
  return { range: extremes(numbers), decimals, unit, ...quantilesOf(numbers, unit) };
}

/** The smallest and the largest number. */
export function extremes(numbers: readonly number[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const number of numbers) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return [low, high];
}

/** The decimals to which all numbers are rounded; null if there are none. */
function decimalsOf(numbers: readonly number[]): number | null {
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++) {
    if (numbers.every((number) => rounded({ decimals, unit: 0 }, number) === number)) return decimals;
  }
  return null;
}

/** The largest of a day, an hour, a minute, a second and a millisecond of which all dates are multiples. */
function unitOfDates(moments: readonly number[]): number {
  return [DAY, 3_600_000, 60_000, 1000].find((unit) => moments.every((moment) => moment % unit === 0)) ?? 1;
}

/** Dates of which days of the week are counted, at least, and the chi-squared statistic that 1 in 1,000 tables of even days exceeds. */
const [MIN_DATES, UNEVEN] = [50, 22.46];

/** Whether days of the week are not equally frequent. */
export function haveWeekdays(moments: readonly number[]): boolean {
  const [counts, expected] = [new Float64Array(7), moments.length / 7];
  for (const moment of moments) counts[weekdayOf(moment)]!++;
  const squares = counts.reduce((sum, count) => sum + (count - expected) ** 2, 0);
  return moments.length >= MIN_DATES && squares / expected > UNEVEN;
}
