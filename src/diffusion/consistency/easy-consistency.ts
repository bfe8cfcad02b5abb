import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import type { Schedule } from '../../training/optimizers/schedules.js';
import { scalesOf } from '../noise-schedule.js';
import { comparedTimes, gapRule } from './compared-times.js';
import type { ConsistencyTarget } from './consistency-target.js';

/** Options of {@link easyConsistency}. */
export interface EasyConsistencyOptions {
  /**
   * The share of t by which the two times differ at high noise, above 0 and below 1, or a {@link Schedule} of it. With little noise it is
   * up to five times as large. By default 1 / (8 + step / 10), until it is 1 / 512. A small gap is less biased, and noisier.
   */
  readonly gap?: number | Schedule | undefined;
}

/** The usual gap: wide at first, when the student has far to go. */
const narrowing: Schedule = (step) => 1 / Math.min(512, 8 + step / 10);

/**
 * Consistency from the data alone: the estimates from two amounts of the same noise must agree. The default of
 * {@link createConsistencyTrainer}.
 *
 * loss = ( sqrt(|f(x_t, t) - f(x_r, r)|^2 + c^2) - c ) / (t - r), x_t and x_r of the same x and noise, f the student's estimate, the one
 * at r constant; times are sigma / alpha, r = t (1 - gap (1 + 8 sigmoid(-t / 2))), at least 0; c = 0.00054 sqrt(D) for D numbers in an example
 *
 * @param options - see {@link EasyConsistencyOptions}
 * @returns a target for {@link createConsistencyTrainer}
 * @throws TypeError or RangeError if `gap` is neither a number between 0 and 1 nor a function
 * @remarks Start from the weights of a trained denoiser: a student from scratch learns slowly, because its targets are its own estimates.
 * @example
 * ```ts
 * const target = easyConsistency({ gap: (step) => Math.max(1 / 256, 2 ** -(1 + step / 500)) });
 * console.log(target.name); // easyConsistency
 * ```
 * @see Geng et al. 2024, https://arxiv.org/abs/2406.14548; the distance: Song and Dhariwal 2023, https://arxiv.org/abs/2310.14189
 */
export function easyConsistency(options: EasyConsistencyOptions = {}): ConsistencyTarget {
  const where = 'easyConsistency';
  const read = readOptions(where, options, { gap: gapRule });
  const made = comparedTimes(where, read.gap ?? narrowing, ({ schedule, x, noise, mix }) =>
    mix((_, earlier) => scalesOf(schedule, earlier), () => x, () => noise),
  ); // prettier-ignore
  return madeBy(where, read, made);
}
