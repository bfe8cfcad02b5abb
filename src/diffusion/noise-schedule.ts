import { checkInteger, checkNumber } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';

/**
 * A table of how much of the data is left after each noise step, made by {@link linearSchedule}, {@link cosineSchedule} or
 * {@link flowSchedule}, or by hand.
 *
 * x_t = alpha x_0 + sigma noise, alpha = sqrt(alphaBar[t]), sigma = sqrt(1 - alphaBar[t]): x_t has the variance 1 if
 * the data have
 *
 * @example
 * ```ts
 * const three: NoiseSchedule = { steps: 3, alphaBar: Float64Array.of(0.9, 0.5, 0) };
 * const xt = addNoise(tf.ones([1, 1]), tf.zeros([1, 1]), tf.tensor1d([0], 'int32'), three);
 * console.log(await xt.data()); // sqrt(0.9) = 0.948683
 * ```
 */
export interface NoiseSchedule {
  /** Number of steps; timesteps are 0 ... steps - 1. */
  readonly steps: number;
  /** The share of the data's variance that is left after `t + 1` steps: strictly decreasing, `0 <= alphaBar[t] < 1`. */
  readonly alphaBar: Float64Array;
}

/** Throws unless `schedule` is a {@link NoiseSchedule} that decreases strictly, from below 1 to 0 or above. */
export function checkNoiseSchedule(where: string, argument: string, schedule: NoiseSchedule): void {
  const given = schedule as Partial<NoiseSchedule> | undefined;
  const [steps, alphaBar] = [given?.steps, given?.alphaBar];
  if (typeof given !== 'object') {
    const fix = 'Make one with cosineSchedule({ steps }).';
    throw wrongKind(where, argument, 'must be a noise schedule', { got: schedule, fix });
  }
  checkInteger(where, `${argument}.steps`, steps);
  const rule = `must hold ${steps} numbers that fall strictly, from below 1 to 0 or above`;
  if (alphaBar?.length !== steps) throw wrongKind(where, `${argument}.alphaBar`, rule, { got: alphaBar?.length });
  alphaBar.forEach((value, t) => {
    const before = t === 0 ? 1 : alphaBar[t - 1]!;
    if (!(value < before && value >= 0)) {
      throw outOfRange(where, `${argument}.alphaBar`, rule, { seen: `${value} after ${before}` });
    }
  });
}

/** Throws unless `t` is one of the schedule's timesteps, or, if `least` is -1, the value -1, which means the data. */
export function checkTimestep(
  where: string,
  argument: string,
  t: unknown,
  { steps }: NoiseSchedule,
  least = 0,
): asserts t is number {
  checkInteger(where, argument, t, { least });
  checkNumber(where, argument, t, { below: steps });
}

/** alphaBar at a timestep; 1 at -1, which means the data themselves. */
export function alphaBarAt({ alphaBar }: NoiseSchedule, t: number): number {
  return t < 0 ? 1 : alphaBar[t]!;
}

/**
 * The coefficients of data and noise in x_t, in float64.
 *
 * x_t = alpha x_0 + sigma noise, alpha = sqrt(alphaBar[t]), sigma = sqrt(1 - alphaBar[t])
 *
 * @param schedule - see {@link NoiseSchedule}
 * @param t - a timestep in 0 ... steps - 1, or -1, which means the data themselves
 * @returns `[alpha, sigma]`; `[1, 0]` at -1
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * console.log(scalesAt({ steps: 2, alphaBar: Float64Array.of(0.64, 0.36) }, 0)); // 0.8, 0.6
 * ```
 * @see Ho, Jain and Abbeel 2020, equation 4, https://arxiv.org/abs/2006.11239
 */
export function scalesAt(schedule: NoiseSchedule, t: number): [alpha: number, sigma: number] {
  checkPlace('scalesAt', schedule, t);
  return scalesOf(schedule, t);
}

/** {@link scalesAt} for checked arguments. */
export function scalesOf(schedule: NoiseSchedule, t: number): [alpha: number, sigma: number] {
  const alphaBar = alphaBarAt(schedule, t);
  return [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
}

/**
 * The signal-to-noise ratio of x_t, in float64.
 *
 * snr = alpha^2 / sigma^2 = alphaBar[t] / (1 - alphaBar[t])
 *
 * @param schedule - see {@link NoiseSchedule}
 * @param t - a timestep in 0 ... steps - 1, or -1, which means the data themselves
 * @returns the ratio, which is 0 at alphaBar 0, and Infinity at -1
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * console.log(snrAt({ steps: 2, alphaBar: Float64Array.of(0.8, 0.5) }, 0)); // 4
 * ```
 * @see Kingma et al. 2021, equation 2, https://arxiv.org/abs/2107.00630
 */
export function snrAt(schedule: NoiseSchedule, t: number): number {
  checkPlace('snrAt', schedule, t);
  return snrOf(schedule, t);
}

/** {@link snrAt} for checked arguments. */
export function snrOf(schedule: NoiseSchedule, t: number): number {
  const alphaBar = alphaBarAt(schedule, t);
  return alphaBar / (1 - alphaBar);
}

function checkPlace(where: string, schedule: NoiseSchedule, t: number): void {
  checkNoiseSchedule(where, 'schedule', schedule);
  checkTimestep(where, 't', t, schedule, -1);
}

/** log(alpha / sigma) at a timestep: half the logarithm of the signal-to-noise ratio; -Infinity at alphaBar 0. */
export function logRatioAt(schedule: NoiseSchedule, t: number): number {
  return Math.log(snrOf(schedule, t)) / 2;
}
