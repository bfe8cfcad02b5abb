import { outOfRange, wrongKind } from '../tensor/errors.js';

/** Scores in float64; throws unless they are at least one number, and none is NaN. */
export function readScores(where: string, argument: string, scores: ArrayLike<number>): Float64Array {
  if (!Array.isArray(scores) && !ArrayBuffer.isView(scores)) {
    const fix = 'Read a tensor with `await scores.data()`.';
    throw wrongKind(where, argument, 'must be an array of numbers', { got: scores, fix });
  }
  const read = Float64Array.from(scores);
  if (read.length === 0) throw outOfRange(where, argument, 'must have at least one score', { seen: 'none' });
  const wrong = Array.prototype.findIndex.call(scores, (score) => typeof score !== 'number' || Number.isNaN(score));
  if (wrong >= 0) throw outOfRange(where, `${argument}[${wrong}]`, 'must be a number', { got: scores[wrong] });
  return read;
}
