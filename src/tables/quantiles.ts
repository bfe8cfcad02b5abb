import { normalQuantile } from '../diffusion/normal-distribution.js';
import type { NumberRange } from './description.js';

/** The largest number of points that a distribution function keeps between numbers that occur often. */
const POINTS = 1000;
/** The largest share of numbers between two points, so that straight lines between normal quantiles stay close to the curve. */
const LONGEST = 0.005;

/**
 * Points of the distribution function of some numbers. A number that occurs often, or one of few, is spread over its unit: two points on
 * either side of it. Between others the function is a straight line.
 */
export function quantilesOf(numbers: readonly number[], unit: number): NumberRange['quantiles'] {
  const sorted = Float64Array.from(numbers).sort();
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
    } else if (from >= next || from === 0 || to === count) {
      add(number, (from + to) / 2);
      next = to + count / POINTS;
    }
  }
  return { numbers: at, shares };
}

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
    unit,
    range: [low, high],
  } = column;
  const { numbers, shares } = quantiles;
  const least = 0.25 / rows;
  const scores = shares.map((share) => normalQuantile(Math.min(Math.max(share, least), 1 - least)));
  const [first, last] = [scores[0]!, scores.at(-1)!];
  // the score of a number far outside the table is far from all others
  const slope = (last - first || 1) / (high - low || 1);
  return {
    scoreOf: (number, place) => {
      if (number < low) return first + slope * (number - low);
      if (number > high) return last + slope * (number - high);
      const from = between(numbers, shares, number - unit / 2, false);
      const to = between(numbers, shares, number + unit / 2, true);
      return between(shares, scores, from + place * (to - from));
    },
    numberOf: (score) => Math.min(Math.max(rounded(column, between(scores, numbers, score)), low), high),
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
