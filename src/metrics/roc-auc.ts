import type { Measurement } from './measurement.js';
import { readScores } from './read-scores.js';

/**
 * The area under the ROC curve of an anomaly score: the probability that an anomalous example scores higher than a normal one. 1 separates
 * them perfectly, 0.5 is chance.
 *
 * The value is the mean over all pairs of 1 if the anomalous score is higher than the normal one, 1/2 if they are equal, and 0 otherwise.
 *
 * @param normal - scores of normal examples, such as `-log p(x)`, at least one
 * @param anomalous - scores of anomalous examples, at least one
 * @returns `value` in 0 ... 1, and `protocol`, which describes the measurement
 * @throws TypeError if an argument is not an array of numbers, RangeError if it is empty or holds NaN
 * @example
 * ```ts
 * console.log(rocAuc([0, 1, 2], [1, 3]).value); // 0.75: 4.5 of 6 pairs
 * ```
 * @see Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic curve", Radiology 143, 29-36
 */
export function rocAuc(normal: ArrayLike<number>, anomalous: ArrayLike<number>): Measurement {
  const own = readScores('rocAuc', 'normal', normal).sort();
  const other = readScores('rocAuc', 'anomalous', anomalous).sort();
  let [below, upTo, wins] = [0, 0, 0];
  for (const score of other) {
    while (below < own.length && own[below]! < score) below++;
    while (upTo < own.length && own[upTo]! <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  const counts = `${own.length} normal and ${other.length} anomalous examples`;
  return { value: wins / (own.length * other.length), protocol: `area under the ROC curve; ${counts}` };
}
