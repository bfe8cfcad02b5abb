import { checkNumber } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { Measurement } from './measurement.js';
import { readScores } from './read-scores.js';

/**
 * The threshold of an anomaly score at a chosen rate of false alarms: an alarm is a score above it.
 *
 * k = ceil((n + 1) * (1 - falseAlarms)), and the threshold is the k-th smallest of n scores
 *
 * A new normal example, drawn like those of the scores, is above it with a probability of at most `falseAlarms`, for any distribution of
 * the scores. Take scores of normal examples that the model was not trained on: those of training examples are too low.
 *
 * @param normal - scores of normal examples, higher for stranger ones, such as `-log p(x)`
 * @param options - `falseAlarms`, the share of normal examples that may be above the threshold, in (0, 1)
 * @returns `value`, in the unit of the scores, and `protocol`, which describes the measurement
 * @throws TypeError if the scores are not an array of numbers; RangeError if they hold NaN, or are fewer than 1 / falseAlarms - 1: no
 * finite threshold has such a rate
 * @example
 * ```ts
 * console.log(alarmThreshold([5, 1, 4, 2, 3, 8, 6, 7, 9], { falseAlarms: 0.2 }).value); // 8
 * ```
 * @see Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World, proposition 2.3 (conformal prediction)
 */
export function alarmThreshold(
  normal: ArrayLike<number>,
  options: {
    /** The largest probability of an alarm for a normal example. */
    readonly falseAlarms: number;
  },
): Measurement {
  const where = 'alarmThreshold';
  const { falseAlarms } = readOptions(where, options, { falseAlarms: { is: checkNumber, above: 0, below: 1 } });
  const scores = readScores(where, 'normal', normal).sort();
  const count = scores.length;
  // (n + 1) * (1 - rate) may exceed an integer by a rounding error
  const rank = Math.ceil((count + 1) * (1 - falseAlarms) - 1e-9);
  if (rank > count) {
    const least = Math.ceil(1 / falseAlarms - 1 - 1e-9);
    throw outOfRange(where, 'normal', `must have at least ${least} scores for this rate`, { seen: `${count}` });
  }
  const protocol = `conformal threshold at a rate of false alarms of ${falseAlarms}; ${count} normal examples`;
  return { value: scores[rank - 1]!, protocol };
}
