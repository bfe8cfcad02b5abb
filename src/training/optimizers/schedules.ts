import { checkNumber, checkInteger, type Bounds } from '../../tensor/checks.js';
import type { Json } from '../json.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy, note } from '../../tensor/made-by.js';

/** A number that changes during training: a function of the number of earlier updates. */
export interface Schedule {
  /** The value at an update, counted from 0. */
  (step: number): number;
  /** Its state, if it has one: `createAdam` saves that of its learning rate. */
  readonly state?: (() => Json) | undefined;
  /** Restores such a state; throws before anything has changed. */
  readonly restore?: ((state: Json) => void) | undefined;
}

/** The value at `step` of a number or a schedule. */
export function valueAt(schedule: number | Schedule, step: number): number {
  return typeof schedule === 'number' ? schedule : schedule(step);
}

/** Throws unless `value` is a schedule, or a number within the bounds. */
export function checkSchedule(where: string, argument: string, value: number | Schedule, bounds: Bounds): void {
  if (typeof value !== 'function') checkNumber(where, argument, value, bounds);
}

/**
 * A schedule that is constant.
 *
 * @param value - any finite number
 * @throws RangeError if the value is not finite
 * @example
 * ```ts
 * console.log(constant(0.5)(1000)); // 0.5
 * ```
 */
export function constant(value: number): Schedule {
  checkNumber('constant', 'value', value);
  return note(() => value, { kind: 'constant', options: { value } });
}

/**
 * A straight line from one value to another, then flat: the usual warm-up of beta.
 *
 * value(step) = from + (to - from) min(step / steps, 1)
 *
 * @param options - `from`, `to`: the values at update 0 and from update `steps` on; `steps`, at least 1
 * @throws RangeError if a number is not finite or `steps` is not a positive integer
 * @example
 * ```ts
 * console.log(linearRamp({ from: 0, to: 1, steps: 100 })(25)); // 0.25
 * ```
 */
export function linearRamp(options: { readonly from: number; readonly to: number; readonly steps: number }): Schedule {
  const read = readOptions('linearRamp', options, {
    from: checkNumber,
    to: checkNumber,
    steps: checkInteger,
  });
  const { from, to, steps } = read;
  const ramp: Schedule = (step) => (step >= steps ? to : from + ((to - from) * step) / steps);
  return madeBy('linearRamp', read, ramp);
}

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** The value before the decay. */
  readonly from: number;
  /** The value after the decay. */
  readonly to: number;
  /** Number of updates that the decay takes. */
  readonly steps: number;
  /** Number of updates at the value `from` before the decay begins; 0 by default. */
  readonly after?: number | undefined;
}

/**
 * Half a cosine from one value to another, then flat: the usual decay of a learning rate.
 *
 * value(step) = to + (from - to) (1 + cos(pi t)) / 2, t = (step - after) / steps kept in [0, 1]
 *
 * @param options - see {@link CosineDecayOptions}
 * @throws RangeError if a number is not finite, `steps` is not a positive integer or `after` is below 0
 * @example
 * ```ts
 * console.log(cosineDecay({ from: 1, to: 0, steps: 100 })(50)); // 0.5
 * ```
 * @see Loshchilov and Hutter 2017, SGDR, equation 5, https://arxiv.org/abs/1608.03983
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const read = readOptions('cosineDecay', options, {
    from: checkNumber,
    to: checkNumber,
    steps: checkInteger,
    after: { is: checkInteger, default: 0, least: 0 },
  });
  const { from, to, steps, after } = read;
  const decay: Schedule = (step) => {
    const t = Math.min(Math.max((step - after) / steps, 0), 1);
    return to + ((from - to) * (1 + Math.cos(Math.PI * t))) / 2;
  };
  return madeBy('cosineDecay', read, decay);
}

/** Options of {@link cyclical}. */
export interface CyclicalOptions {
  /** The value at the start of each cycle. */
  readonly from: number;
  /** The value that each cycle reaches and then keeps. */
  readonly to: number;
  /** Number of updates in one cycle. */
  readonly steps: number;
  /** The part of a cycle in which the value rises, in (0, 1]; 1/2 by default. */
  readonly rise?: number | undefined;
}

/**
 * A ramp that restarts every `steps` updates: beta rises, holds, and falls back, so that the latents are used again.
 *
 * value(step) = from + (to - from) min(t / rise, 1), t = (step mod steps) / steps
 *
 * @param options - see {@link CyclicalOptions}
 * @throws RangeError if a number is not finite, `steps` is not a positive integer or `rise` is not in (0, 1]
 * @example
 * ```ts
 * const beta = cyclical({ from: 0, to: 1, steps: 100 });
 * console.log(beta(25), beta(75), beta(125)); // 0.5 1 0.5
 * ```
 * @see Fu et al. 2019, Cyclical Annealing Schedule, https://arxiv.org/abs/1903.10145
 */
export function cyclical(options: CyclicalOptions): Schedule {
  const read = readOptions('cyclical', options, {
    from: checkNumber,
    to: checkNumber,
    steps: checkInteger,
    rise: { is: checkNumber, default: 0.5, above: 0, most: 1 },
  });
  const { from, to, steps, rise } = read;
  const cycle: Schedule = (step) => from + (to - from) * Math.min((step % steps) / steps / rise, 1);
  return madeBy('cyclical', read, cycle);
}
