import { note, noteOf } from './made-by.js';

/**
 * The record on which a method of ours was called, if it has these members, and otherwise ours. Methods call each other through it, so
 * that a copy such as `{ ...decoder, decode }` is honoured in all of its methods, and a method still works on its own.
 */
export function receiverOf<T, Name extends keyof T>(self: unknown, ours: T, ...names: readonly Name[]): Pick<T, Name> {
  const given = self as Partial<T> | undefined;
  return names.every((name) => given?.[name] !== undefined) ? (given as Pick<T, Name>) : ours;
}

/** Notes that two members of a record of ours say the same, so that a copy with another of the two is recognised. */
export function pairMembers(one: object, other: object): void {
  note(one, { parts: [other] });
  note(other, { parts: [one] });
}

/** Whether `one` is a member of ours whose partner was replaced by `other`: then the two contradict each other. */
export function isUnpaired(one: object | undefined, other: object | undefined): boolean {
  const partner = one && noteOf(one)?.parts?.[0];
  return partner !== undefined && partner !== other;
}
