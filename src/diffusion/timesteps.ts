import { checkInteger, checkNumber } from '../tensor/checks.js';
import { normalQuantile } from './normal-distribution.js';
import { checkNoiseSchedule, logRatioAt, type NoiseSchedule } from './noise-schedule.js';
import { readOptions } from '../tensor/options.js';

/**
 * Timesteps for a sampler, evenly spaced from the last one down.
 *
 * index k is round(T (n - k) / n) - 1, k = 0 ... n - 1, T the schedule's steps
 *
 * It starts at T - 1, where there is only noise; equal integer strides from 0 might not reach it.
 */
export function trailingTimesteps({ steps: all }: NoiseSchedule, steps: number): Int32Array {
  return Int32Array.from({ length: steps }, (_, k) => Math.round((all * (steps - k)) / steps) - 1);
}

/** Options of {@link logSnrTimesteps}. */
export interface LogSnrTimestepsOptions {
  /** The largest number of timesteps, at least 1. */
  readonly steps: number;
  /** log(alpha / sigma) at the first timestep: -5 by default, or where the schedule ends. */
  readonly low?: number | undefined;
  /** log(alpha / sigma) at the last timestep: 4.5 by default, or where the schedule begins. */
  readonly high?: number | undefined;
}

/**
 * Timesteps for a sampler, evenly spaced in log(alpha / sigma) = log(SNR) / 2, as {@link sampleDpmSolver} uses them.
 *
 * lambda_k = low + (high - low) k / (steps - 1), k = 0 ... steps - 1; index k is the nearest in the table, or the next free one if
 * several would be the same
 *
 * @param schedule - see {@link NoiseSchedule}
 * @param options - see {@link LogSnrTimestepsOptions}
 * @returns decreasing, distinct indices: fewer than `steps` if the table has fewer from `low` to `high`
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * console.log(logSnrTimesteps(cosineSchedule({ steps: 1000 }), { steps: 4 })); // 995, 897, 157, 2
 * ```
 * @see Lu et al. 2022, DPM-Solver, section 3.4, https://arxiv.org/abs/2206.00927
 */
export function logSnrTimesteps(schedule: NoiseSchedule, options: LogSnrTimestepsOptions): Int32Array {
  const where = 'logSnrTimesteps';
  checkNoiseSchedule(where, 'schedule', schedule);
  const { steps, low, high } = readOptions(where, options, {
    steps: checkInteger,
    low: { is: checkNumber, default: -5 },
    high: { default: 4.5 },
  });
  checkNumber(where, 'high', high, { above: low });
  const ratios = Array.from({ length: schedule.steps }, (_, t) => logRatioAt(schedule, t));
  const [greatest, least] = [ratios[0]!, ratios.filter((ratio) => ratio > -Infinity).at(-1) ?? -Infinity];
  const within = (ratio: number): number => Math.min(Math.max(ratio, least), greatest);
  const [first, last] = [within(low), within(high)];
  const nearest = (ratio: number): number => {
    const after = ratios.findIndex((value) => value <= ratio);
    if (after <= 0) return after === 0 ? 0 : schedule.steps - 1;
    return ratios[after - 1]! - ratio < ratio - ratios[after]! ? after - 1 : after;
  };
  const even = (k: number): number => first + ((last - first) * k) / Math.max(1, steps - 1);
  const [begin, end] = [nearest(first), nearest(last)];
  const count = Math.min(steps, begin - end + 1);
  let t = begin + 1;
  // below the previous index, and high enough to leave one for each that follows
  return Int32Array.from(
    { length: count },
    (_, k) => (t = Math.max(Math.min(nearest(even(k)), t - 1), end + count - 1 - k)),
  );
}

/** Options of {@link logNormalTimesteps}. */
export interface LogNormalTimestepsOptions {
  /** The mean of log(sigma / alpha): 0 by default, as much noise as data. */
  readonly mean?: number | undefined;
  /** The standard deviation of log(sigma / alpha), above 0; 1 by default. */
  readonly standardDeviation?: number | undefined;
}

/** How many quantiles the list of {@link logNormalTimesteps} has for each step of the schedule. */
const QUANTILES = 10;

/**
 * A list of timesteps to train on that contains those in the middle more often: log(sigma / alpha) has a normal distribution over it.
 *
 * The j-th entry is the timestep nearest to the quantile (j + 1/2) / n of N(mean, standardDeviation^2), n = 10 steps, and at most one
 * above the previous entry: at either end, where there are fewer quantiles than timesteps, each timestep has one entry. So every
 * timestep that a sampler may use is trained.
 *
 * @param schedule - see {@link NoiseSchedule}
 * @param options - see {@link LogNormalTimestepsOptions}
 * @returns 10 times as many indices as the schedule has steps, in rising order, for `timesteps` of {@link createDiffusionTrainer}
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const list = logNormalTimesteps(flowSchedule({ steps: 100 }));
 * console.log(list.length, list[0], list[500], list[999]); // 1000, 0, 49, 99
 * ```
 * @see Esser et al. 2024, section 3.1, https://arxiv.org/abs/2403.03206: log(sigma / alpha) of the flow is the logit of its t
 */
export function logNormalTimesteps(schedule: NoiseSchedule, options: LogNormalTimestepsOptions = {}): Int32Array {
  const where = 'logNormalTimesteps';
  checkNoiseSchedule(where, 'schedule', schedule);
  const { mean, standardDeviation } = readOptions(where, options, {
    mean: { is: checkNumber, default: 0 },
    standardDeviation: { is: checkNumber, default: 1, above: 0 },
  });
  const ratios = Array.from({ length: schedule.steps }, (_, t) => -logRatioAt(schedule, t));
  const count = QUANTILES * schedule.steps;
  let t = 0;
  return Int32Array.from({ length: count }, (_, j) => {
    const ratio = mean + standardDeviation * normalQuantile((j + 0.5) / count);
    // both increase, so the nearest index never goes down; it goes up by at most 1, and early enough to reach the last
    const isAbove = ratios[t + 1]! - ratio <= Math.abs(ratio - ratios[t]!);
    if (j > 0 && t + 1 < schedule.steps && (isAbove || t < j - count + schedule.steps)) t++;
    return t;
  });
}
