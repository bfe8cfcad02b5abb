import type { Part } from './network.js';

/**
 * How many class labels a part accepts as `options.condition`; 0 if it ignores a condition. It is stored on the record itself. If
 * a user spreads the record into another one, it is lost, because nobody knows what the new record reads.
 */
const CLASSES: unique symbol = Symbol.for('tfjs-generative: classes of the condition') as never;
type Told = object & { readonly [CLASSES]?: number | undefined };

/** Stores on a record, before it is frozen, how many labels it accepts; returns the record. */
export function tellClasses<P extends object>(part: P, classes: number | undefined): P {
  return Object.defineProperty(part, CLASSES, { value: classes });
}

/** How many labels a part accepts; 0 if it ignores a condition, undefined if it takes vectors or if this is unknown. */
export function classesOf(part: Pick<Part, 'variables'>): number | undefined {
  return (part as Told)[CLASSES];
}

/** How many labels all of the parts that read a condition accept. */
export function commonClasses(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((classes) => classes !== 0);
  if (known.length === 0) return 0;
  return known.includes(undefined) ? undefined : Math.min(...(known as number[]));
}
