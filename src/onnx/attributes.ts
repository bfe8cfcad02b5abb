import type { RecordedAttribute, Size } from '../record/recording.js';
import type { Printer } from './printer.js';

/** An attribute that must not depend on free sizes. */
export function numberOf(p: Printer, value: RecordedAttribute | undefined): number {
  return typeof value === 'number' ? value : p.refuse('a number that depends on a free size');
}

/** One or several numbers, as a list. */
export function listOf(value: RecordedAttribute | undefined): readonly Size[] {
  return value == null ? [] : ([value].flat() as readonly Size[]);
}

/** Axes from 0; by default all. */
export function axesOf(value: RecordedAttribute | undefined, rank: number): number[] {
  if (value == null) return Array.from({ length: rank }, (_, axis) => axis);
  return (listOf(value) as number[]).map((axis) => (axis < 0 ? axis + rank : axis));
}
