import { checkInteger } from '../../tensor/checks.js';
import { checkSizes } from '../layer.js';

/** A size for both axes of an image, or one for each. */
export type Pair = number | readonly [height: number, width: number];

/** The sizes for height and width. */
export function pairOf(sizes: Pair): readonly [height: number, width: number] {
  return typeof sizes === 'number' ? [sizes, sizes] : sizes;
}

/** Throws unless `sizes` is a positive integer or a pair of them. */
export function checkPair(where: string, argument: string, sizes: Pair): void {
  if (Array.isArray(sizes)) checkSizes(where, argument, sizes, { exactly: 2 });
  else checkInteger(where, argument, sizes);
}
