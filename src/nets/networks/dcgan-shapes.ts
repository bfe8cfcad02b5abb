import { outOfRange } from '../../tensor/errors.js';

/** How often a DCGAN's images are halved, and the height and width at the end. */
export interface Halvings {
  readonly count: number;
  readonly smallest: readonly [height: number, width: number];
}

/** How often both sides can be halved and stay at 4 or more; throws unless the longer one ends at 8 or less. */
export function halvingsOf(where: string, shape: readonly number[]): Halvings {
  const halvings = halve(shape);
  const [height, width] = halvings.smallest;
  if (halvings.count === 0 || Math.min(height, width) < 4 || Math.max(height, width) > 8) {
    const rule = 'must have a height and width that are 4 to 8 after halving';
    throw outOfRange(where, 'shape', rule, { got: shape, fix: nearestSizes(Math.max(shape[0]!, shape[1]!)) });
  }
  return halvings;
}

/** Halves both sides for as long as they stay at 4 or more. */
export function halve(shape: readonly number[]): Halvings {
  let [height, width] = shape as [number, number, number];
  let count = 0;
  while (height % 2 === 0 && width % 2 === 0 && Math.min(height, width) >= 8) {
    [height, width] = [height / 2, width / 2];
    count++;
  }
  return { count, smallest: [height, width] };
}

/** Names the square sizes nearest to `side` that fit: 4, 5, 6 or 7, doubled at least once. */
function nearestSizes(side: number): string {
  const unit = 2 ** Math.max(1, Math.floor(Math.log2(side / 4)));
  const sides = new Set([Math.floor, Math.ceil].map((round) => Math.max(8, round(side / unit) * unit)));
  return `A square of ${[...sides].join(' or ')} would do: resize the images, or pad them.`;
}
