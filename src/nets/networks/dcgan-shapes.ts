import { outOfRange } from '../../tensor/errors.js';
import { checkSizes } from '../layer.js';

/** How often a DCGAN's images are halved, and the height and width at the end. */
export interface Halvings {
  readonly count: number;
  readonly smallest: readonly [height: number, width: number];
}

/** How often both sides can be halved while staying at 4 or more; throws unless the longer one ends at 8 or less. */
export function halvingsOf(where: string, shape: readonly number[]): Halvings {
  checkSizes(where, 'shape', shape, 3, 3);
  let [height, width] = shape as [number, number, number];
  let count = 0;
  while (height % 2 === 0 && width % 2 === 0 && Math.min(height, width) >= 8) {
    [height, width] = [height / 2, width / 2];
    count++;
  }
  if (count === 0 || Math.min(height, width) < 4 || Math.max(height, width) > 8) {
    const rule = 'must have a height and width that are 4 to 8 after halving';
    throw outOfRange({ where, argument: 'shape', rule, got: shape, fix: '28, 32 and 64 are such sizes.' });
  }
  return { count, smallest: [height, width] };
}
