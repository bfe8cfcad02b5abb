import type { Tensor } from '@tensorflow/tfjs-core';
import { isTensor } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';

/** How many labels a part accepts; 0 if it ignores a condition, undefined if it takes vectors or if this is unknown. */
export function classesOf(part: object): number | undefined {
  return noteOf(part)?.classes;
}

/** How many labels all of the parts that read a condition accept. */
export function commonClasses(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((classes) => classes !== 0);
  if (known.length === 0) return 0;
  return known.includes(undefined) ? undefined : Math.min(...(known as number[]));
}

/**
 * Throws if there is a condition that none of the parts reads. It is for functions that take the condition of a whole model, such as a
 * trainer's step: each part by itself ignores a condition that it does not read.
 */
export function checkConditionRead(
  where: string,
  argument: string,
  condition: Tensor | undefined,
  ...parts: readonly object[]
): void {
  if (!isTensor(condition) || commonClasses(parts.map(classesOf)) !== 0) return;
  const fix = 'Make one conditional, with `classes` or withCondition.';
  throw wrongKind(where, argument, 'must be left out, as no network reads it', { got: condition, fix });
}
