import { normalQuantile } from '../diffusion/normal-distribution.js';
import type { NumberRange } from './description.js';

/** The largest number of points that a distribution function keeps between numbers that occur often. */
const POINTS = 1000;
/** The smallest and largest numbers that are points of their own: the function is flat there, and straight lines would be less exact. */
const EXTREMES = 50;
/** The largest share of numbers between two points, so that straight lines between normal quantiles stay close to the curve. */
const LONGEST = 0.005;

/**
 * Points of the distribution function of some numbers. A number that occurs often, or one of few, is spread over its unit: two points on
 * either side of it. Between others the function is a straight line.
 */
export function quantilesOf(numbers: readonly number[], unit: number): Pick<NumberRange, 'quantiles' | 'gaps'> {
  const sorted = Float64Array.from(numbers).sort();
  const gaps = gapsIn(sorted, unit);
  const edges = new Set(gaps.flat());
  const count = sorted.length;
  const distinct = new Set(sorted).size;
  const [at, shares]: [number[], number[]] = [[], []];
  const add = (number: number, rank: number): void => {
    at.push(number);
    shares.push(rank / count);
  };
  const often = unit > 0 && distinct <= POINTS / 2 ? 1 : Math.max(2, count / (POINTS / 2));
  let next = 0;
  for (let from = 0, to = 0; from < count; from = to) {
    const number = sorted[from]!;
    while (sorted[to] === number) to++;
    if (to - from >= often) {
      const pieces = Math.ceil((to - from) / count / LONGEST);
      for (let piece = 0; piece <= pieces; piece++) {
        const share = piece / pieces;
        add(number + unit * (share - 0.5), from + share * (to - from));
      }
      next = to + count / POINTS;
    } else if (from >= next || from < EXTREMES || to > count - EXTREMES || edges.has(number)) {
      add(number, (from + to) / 2);
      next = to + count / POINTS;
    }
  }
  return { quantiles: { numbers: at, shares }, gaps };
}

/** The share of the range of most numbers from which an interval without numbers counts as a gap. */
const WIDE = 0.05;
/** The largest number of gaps that are kept. */
const MOST_GAPS = 8;
/** The score between the two sides of a gap, so that a small error of a model does not change the side. */
const GAP = 0.25;

/** The widest gaps between sorted numbers that have at least one in a hundred on either side, rising. */
function gapsIn(sorted: Float64Array, unit: number): [low: number, high: number][] {
  const count = sorted.length;
  const tail = Math.ceil(count / 100);
  const range = sorted[count - tail]! - sorted[tail - 1]!;
  const least = unit + range * Math.max(WIDE, 20 / count);
  const gaps: [number, number][] = [];
  for (let i = tail; i <= count - tail; i++) {
    if (sorted[i]! - sorted[i - 1]! > least) gaps.push([sorted[i - 1]!, sorted[i]!]);
  }
  const width = ([low, high]: readonly [number, number]): number => high - low;
  return gaps
    .sort((a, b) => width(b) - width(a))
    .slice(0, MOST_GAPS)
    .sort(([a], [b]) => a - b);
}

/** The share of numbers from which one is spread over its unit. */
const THIN = 1e-3;

/** The transform of a column to normal scores, and back. */
export interface Scores {
  /** The score of a number; `place` in (0, 1) chooses among those that a number with a unit has. */
  scoreOf(number: number, place: number): number;
  /** The number with a score, within the range and a multiple of the unit. */
  numberOf(score: number): number;
}

/** The transform by which a column becomes N(0, 1): the normal quantile of the distribution function. */
export function scoresOf(column: NumberRange, rows: number): Scores {
  const {
    quantiles,
    gaps,
    unit,
    range: [low, high],
  } = column;
  const { numbers, shares } = quantiles;
  const least = 0.25 / rows;
  const widened = (number: number): number => GAP * gaps.filter(([, high]) => number >= high - unit / 2).length;
  // as float32 has them, so that the score of a point is exactly that of its number
  const scores = shares.map((share, i) =>
    Math.fround(normalQuantile(Math.min(Math.max(share, least), 1 - least)) + widened(numbers[i]!)),
  );
  const [first, last] = [scores[0]!, scores.at(-1)!];
  // the score of a number far outside the table is far from all others
  const slope = (last - first || 1) / (high - low || 1);
  return {
    scoreOf: (number, place) => {
      if (number < low) return first + slope * (number - low);
      if (number > high) return last + slope * (number - high);
      const from = between(numbers, shares, number - unit / 2, false);
      const to = between(numbers, shares, number + unit / 2, true);
      // a thin one keeps to its middle, as float32 is not exact
      const share = to - from < THIN ? between(numbers, shares, number) : from + place * (to - from);
      return between(shares, scores, share);
    },
    numberOf: (score) => {
      const number = between(scores, numbers, score);
      const gap = gaps.find(([from, to]) => number > from && number < to);
      const near = gap === undefined ? number : number - gap[0] < gap[1] - number ? gap[0] : gap[1];
      return Math.min(Math.max(rounded(column, near), low), high);
    },
  };
}

/** A number as the column has them: with its decimals, or a multiple of its unit. */
export function rounded({ decimals, unit }: Pick<NumberRange, 'decimals' | 'unit'>, number: number): number {
  if (decimals !== null) return Math.round(number * 10 ** decimals) / 10 ** decimals;
  return unit > 0 ? Math.round(number / unit) * unit : number;
}

/** Linear interpolation: y at `x`, from rising xs; constant beyond them. Where x is there several times, the first or the last. */
function between(xs: readonly number[], ys: readonly number[], x: number, isLast = false): number {
  // the first place beyond x
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! < x || (isLast && xs[middle]! === x)) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return ys[0]!;
  if (low === xs.length) return ys.at(-1)!;
  const [from, to] = [xs[low - 1]!, xs[low]!];
  const share = to > from ? (x - from) / (to - from) : 0;
  return ys[low - 1]! + share * (ys[low]! - ys[low - 1]!);
}
