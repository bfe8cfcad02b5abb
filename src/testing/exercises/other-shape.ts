import { shapeText } from '../../tensor/errors.js';
import { meanOf, sumOf, type Flat } from './numbers.js';
import type { Named } from './reference.js';

/** A wrong shape of an answer whose numbers may still be right. */
export interface OtherShape {
  /** Its description, which follows "Your answer is wrong:". */
  readonly text: string;
  /** Converts both outputs to the same shape; undefined if that is not possible. */
  convert(expected: Named, got: Named): Compared | undefined;
}

/** Outputs of the same shape. */
export interface Compared {
  readonly expected: Named;
  readonly got: Named;
}

/** The possible forms of an answer with a wrong shape: the same numbers in another shape, or one number instead of one per example. */
export function otherShapes(got: Named, expected: Named): readonly OtherShape[] {
  const names = Object.keys(expected);
  const [name] = names;
  if (name === undefined || names.some((key) => got[key] === undefined) || Object.keys(got).length !== names.length)
    return [];
  const [output, target] = [got[name]!, expected[name]!];
  const [shape, targetShape] = [shapeText(output.shape), shapeText(target.shape)];
  if (shape === targetShape) return [];
  const subject = name === '' ? 'it' : `\`${name}\``;
  if (output.values.length === target.values.length)
    return [
      { text: `${subject} has shape ${shape}, and must have shape ${targetShape}`, convert: (a, b) => flattened(a, b) },
    ];
  return (['sum', 'mean'] as const).flatMap((word): OtherShape[] => {
    const reduced = (outputs: Named): Named => mapped(outputs, word === 'sum' ? sumOf : meanOf);
    if (output.values.length === 1) {
      const text = `${subject} is the ${word} over the whole batch: its shape is ${shape}, and must be ${targetShape}`;
      return [{ text, convert: (a, b) => flattened(reduced(a), b) }];
    }
    if (target.values.length !== 1) return [];
    return [
      {
        text: `${subject} has one number per example, and must be their ${word}`,
        convert: (a, b) => flattened(a, reduced(b)),
      },
    ];
  });
}

/** Both as vectors, if they have the same number of numbers. */
function flattened(expected: Named, got: Named): Compared | undefined {
  const fits = Object.keys(expected).every((name) => got[name]?.values.length === expected[name]!.values.length);
  if (!fits) return undefined;
  const flat = (outputs: Named): Named =>
    Object.fromEntries(Object.entries(outputs).map(([name, { values }]) => [name, vector(values)]));
  return { expected: flat(expected), got: flat(got) };
}

function mapped(outputs: Named, reduce: (values: readonly number[]) => number): Named {
  return Object.fromEntries(Object.entries(outputs).map(([name, { values }]) => [name, vector([reduce(values)])]));
}

function vector(values: readonly number[]): Flat {
  return { shape: [values.length], values };
}
