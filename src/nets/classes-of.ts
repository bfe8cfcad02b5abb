import { noteOf } from '../tensor/made-by.js';
import type { Part } from './network.js';

/** How many labels a part takes as `options.condition`; 0 if it ignores a condition, undefined if it takes vectors, or if nobody knows. */
export function classesOf(part: Pick<Part, 'variables'>): number | undefined {
  return noteOf(part)?.classes;
}

/** The labels that are known to each part which reads a condition. */
export function commonClasses(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((classes) => classes !== 0);
  if (known.length === 0) return 0;
  return known.includes(undefined) ? undefined : Math.min(...(known as number[]));
}
