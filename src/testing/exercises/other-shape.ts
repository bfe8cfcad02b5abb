import { shapeText } from '../../tensor/errors.js';
import { meanOf, sumOf, type Flat } from './numbers.js';
import type { Named } from './reference.js';

/** A way in which an answer's shape may differ from the reference's, though its numbers are made of the same. */
export interface OtherShape {
  /** In words that follow "Your answer is wrong:". */
  readonly says: string;
  /** The reference's outputs in that form; undefined if they do not have it. */
  of(expected: Named, got: Named): Named | undefined;
}

/** The forms that an answer of a wrong shape may have: the same numbers in another shape, or one number for all. */
export function otherShapes(got: Named, expected: Named): readonly OtherShape[] {
  const names = Object.keys(expected);
  const [name] = names;
  if (names.length !== 1 || Object.keys(got).join() !== name) return [];
  const [output, target] = [got[name!]!, expected[name!]!];
  if (output.shape.join() === target.shape.join()) return [];
  if (output.values.length === target.values.length) {
    const says = `it has shape ${shapeText(output.shape)}, and must have shape ${shapeText(target.shape)}`;
    return [{ says, of: (right, given) => mapped(right, (flat, key) => reshaped(flat, given[key])) }];
  }
  if (output.values.length !== 1) return [];
  const reductions = [
    ['sum', sumOf],
    ['mean', meanOf],
  ] as const;
  return reductions.map(([word, reduce]) => ({
    says: `it is the ${word} over the whole batch: its shape is ${shapeText(output.shape)}, and must be ${shapeText(target.shape)}`,
    of: (right, given) =>
      mapped(right, ({ values }, key) => given[key] && { shape: given[key].shape, values: [reduce(values)] }),
  }));
}

function reshaped({ values }: Flat, given: Flat | undefined): Flat | undefined {
  return given?.values.length === values.length ? { shape: given.shape, values } : undefined;
}

function mapped(outputs: Named, f: (flat: Flat, name: string) => Flat | undefined): Named | undefined {
  const entries = Object.entries(outputs).map(([name, flat]) => [name, f(flat, name)] as const);
  return entries.every((entry): entry is readonly [string, Flat] => entry[1] !== undefined)
    ? Object.fromEntries(entries)
    : undefined;
}
