import { noteOf } from '../tensor/made-by.js';
import type { Part } from './network.js';

/** How many labels a part accepts; 0 if it ignores a condition, undefined if it takes vectors or if this is unknown. */
export function classesOf(part: Pick<Part, 'variables'>): number | undefined {
  return noteOf(part)?.classes;
}

/** How many labels all of the parts that read a condition accept. */
export function commonClasses(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((classes) => classes !== 0);
  if (known.length === 0) return 0;
  return known.includes(undefined) ? undefined : Math.min(...(known as number[]));
}
