import type { Part } from './network.js';

/**
 * How many class labels a part can be told as `options.condition`, 0 if it ignores a condition. It is written on the record
 * itself, and is lost where a user spreads the record into one of their own: what that one reads is not known.
 */
const CLASSES: unique symbol = Symbol.for('tfjs-generative: classes of the condition') as never;
type Told = object & { readonly [CLASSES]?: number | undefined };

/** Notes on a record, before it is frozen, how many labels it can be told; returns it. */
export function tellClasses<P extends object>(part: P, classes: number | undefined): P {
  return Object.defineProperty(part, CLASSES, { value: classes });
}

/** How many labels a part can be told; 0 if it ignores a condition, undefined if it takes vectors, or if nobody knows. */
export function classesOf(part: Pick<Part, 'variables'>): number | undefined {
  return (part as Told)[CLASSES];
}

/** The labels that all know which read a condition. */
export function commonClasses(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((classes) => classes !== 0);
  if (known.length === 0) return 0;
  return known.includes(undefined) ? undefined : Math.min(...(known as number[]));
}
