import { normalQuantile } from '../diffusion/normal-distribution.js';
import type { NumberRange } from './description.js';

/** A number with this share of all numbers, or more, has two points of its own. */
const MIN_SHARE = 1 / 500;
/** The share of numbers between two points where no number occurs often. */
const STEP = 1 / 400;
/** The smallest and largest numbers that are points of their own: the function is flat there, and straight lines would be less exact. */
const EXTREMES = 50;
/** With this many numbers, or fewer, all are points, so that they are decoded exactly. */
const ALL = 500;
/** Decimals of a share: the description is a part of model files. */
const DECIMALS = 7;

/**
 * Points of the distribution function of some numbers. A number that occurs often, or one of few that occur twice on average, is spread
 * over its unit, between two points on either side of it. Between others the function is a straight line.
 */
export function quantilesOf(numbers: readonly number[], unit: number): Pick<NumberRange, 'quantiles' | 'gaps'> {
  const sorted = Float64Array.from(numbers).sort();
  const gaps = gapsIn(sorted, unit);
  const edges = new Set(gaps.flat());
  const count = sorted.length;
  const distinct = new Set(sorted).size;
  const points: Point[] = [];
  const add = (number: number, rank: number, isExact: boolean): void => {
    const share = rounded({ decimals: DECIMALS, unit: 0 }, rank / count);
    const last = points.at(-1);
    if (last?.number !== number || last.share !== share) points.push({ number, share, isExact });
  };
  const often = unit > 0 && distinct <= Math.min(1 / MIN_SHARE, count / 2) ? 1 : Math.max(2, count * MIN_SHARE);
  let next = 0;
  for (let from = 0, to = 0; from < count; from = to) {
    const number = sorted[from]!;
    while (sorted[to] === number) to++;
    if (to - from >= often) {
      // without the noise of float64: 0.305 instead of 0.30500000000000005
      const [low, high] = [-1, 1].map((side) => shortest(number + (side * unit) / 2, unit / 1000)) as [number, number];
      add(low, from, true);
      add(high, to, true);
      next = to + count * STEP;
    } else if (count <= ALL || from >= next || from < EXTREMES || to > count - EXTREMES || edges.has(number)) {
      add(number, (from + to) / 2, unit > 0 || from === 0 || to === count || edges.has(number));
      next = to + count * STEP;
    }
  }
  const at = points.map(({ number, isExact }, i) => {
    // the function is the same to a hundredth of the way to the next point
    const space = Math.min(number - (points[i - 1]?.number ?? -Infinity), (points[i + 1]?.number ?? Infinity) - number);
    return isExact ? number : shortest(number, space / 100);
  });
  return { quantiles: { numbers: at, shares: points.map(({ share }) => share) }, gaps };
}

interface Point {
  readonly number: number;
  readonly share: number;
  readonly isExact: boolean;
}

/** The number with the fewest digits within a distance. */
function shortest(number: number, distance: number): number {
  for (let digits = 1; digits < 17; digits++) {
    const short = Number(number.toPrecision(digits));
    if (Math.abs(short - number) <= distance) return short;
  }
  return number;
}

/** The share of the range of most numbers from which an interval without numbers counts as a gap. */
const WIDE = 0.05;
/** The largest number of gaps that are kept. */
const MAX_GAPS = 8;
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
    .slice(0, MAX_GAPS)
    .sort(([a], [b]) => a - b);
}

/** The share of numbers from which one is spread over its unit. */
const THIN = 1e-3;

/** The largest share between two points of the transform, so that straight lines between normal quantiles stay close to the curve. */
const LONGEST = 0.005;

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
    gaps,
    unit,
    range: [low, high],
  } = column;
  const { numbers, shares } = inPieces(column.quantiles);
  const least = 0.25 / rows;
  const widened = (number: number): number => GAP * gaps.filter(([from, to]) => number > from / 2 + to / 2).length;
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
      const from = interpolateLine(numbers, shares, number - unit / 2, false);
      const to = interpolateLine(numbers, shares, number + unit / 2, true);
      // a thin one keeps to its middle, as float32 is not exact
      const share = to - from < THIN ? interpolateLine(numbers, shares, number) : from + place * (to - from);
      return interpolateLine(shares, scores, share);
    },
    numberOf: (score) => {
      const number = interpolateLine(scores, numbers, score);
      const gap = gaps.find(([from, to]) => number > from && number < to);
      const near = gap === undefined ? number : number - gap[0] < gap[1] - number ? gap[0] : gap[1];
      return Math.min(Math.max(rounded(column, near), low), high);
    },
  };
}

/** The same distribution function with more points, none of which is far from the next. */
function inPieces({ numbers, shares }: NumberRange['quantiles']): NumberRange['quantiles'] {
  const fine: { numbers: number[]; shares: number[] } = { numbers: [], shares: [] };
  numbers.forEach((to, i) => {
    const [from, share] = [numbers[i - 1] ?? to, shares[i - 1] ?? shares[i]!];
    const pieces = Math.max(1, Math.ceil((shares[i]! - share) / LONGEST));
    for (let piece = 1; piece <= pieces; piece++) {
      const part = piece / pieces;
      fine.numbers.push(part * to + (1 - part) * from);
      fine.shares.push(part * shares[i]! + (1 - part) * share);
    }
  });
  return fine;
}

/** A number as the column has them: with its decimals, or a multiple of its unit; 0 for -0. */
export function rounded({ decimals, unit }: Pick<NumberRange, 'decimals' | 'unit'>, number: number): number {
  if (decimals !== null) return Math.round(number * 10 ** decimals) / 10 ** decimals + 0;
  return unit > 0 ? Math.round(number / unit) * unit + 0 : number;
}

/** Linear interpolation: y at `x`, from rising xs; constant beyond them. Where x is there several times, the first or the last. */
function interpolateLine(xs: readonly number[], ys: readonly number[], x: number, isLast = false): number {
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
