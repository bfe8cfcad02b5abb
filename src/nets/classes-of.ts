import { isTensor } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import type { ApplyOptions } from './network.js';

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

/** The further conditions that a part reads, with their numbers of labels; undefined if a part of it is not ours, so that they are unknown. */
export function readBy(part: object): Readonly<Record<string, number | undefined>> | undefined {
  const made = noteOf(part);
  if (made === undefined) return undefined;
  const inner = (made.parts ?? []).map(readBy);
  return inner.includes(undefined) ? undefined : (Object.assign({}, ...inner, made.reads) as typeof made.reads);
}

/**
 * Throws if there is a condition that none of the parts reads. It is for functions that take the conditions of a whole model, such as a
 * trainer's step: each part by itself ignores a condition that it does not read. Errors name a condition after `prefix`.
 */
export function checkConditionRead(
  where: string,
  prefix: string,
  options: Pick<ApplyOptions, 'condition' | 'conditions'> | undefined,
  ...parts: readonly object[]
): void {
  const { condition, conditions } = options ?? {};
  const refuse = (name: string, got: unknown, way: string): never => {
    const fix = `Make one conditional, with ${way}.`;
    throw wrongKind(where, prefix + name, 'must be left out, as no network reads it', { got, fix });
  };
  if (isTensor(condition) && commonClasses(parts.map(classesOf)) === 0) {
    refuse('condition', condition, '`classes` or withCondition');
  }
  if (conditions === undefined) return;
  const read = parts.map(readBy);
  if (read.includes(undefined)) return;
  const known = Object.assign({}, ...read) as object;
  const unread = Object.keys(conditions).find((name) => !Object.hasOwn(known, name));
  if (unread !== undefined) refuse(`conditions.${unread}`, conditions[unread], 'withPicture or withNamedCondition');
}
