import { shapeText } from '../../tensor/errors.js';
import { meanOf, sumOf, type Flat } from './numbers.js';
import type { Named } from './reference.js';

/** A way in which an answer's shape may differ from the reference's, though its numbers are made of the same. */
export interface OtherShape {
  /** In words that follow "Your answer is wrong:". */
  readonly says: string;
  /** Both outputs in one shape, to be compared; undefined if the answer does not have that form. */
  of(expected: Named, got: Named): Compared | undefined;
}

/** Outputs of one shape. */
export interface Compared {
  readonly expected: Named;
  readonly got: Named;
}

/** The forms that an answer of a wrong shape may have: the same numbers in another shape, one number for all, or one for each. */
export function otherShapes(got: Named, expected: Named): readonly OtherShape[] {
  const names = Object.keys(expected);
  const [name] = names;
  if (name === undefined || names.some((key) => got[key] === undefined) || Object.keys(got).length !== names.length)
    return [];
  const [output, target] = [got[name]!, expected[name]!];
  const [shape, due] = [shapeText(output.shape), shapeText(target.shape)];
  if (shape === due) return [];
  const subject = name === '' ? 'it' : `\`${name}\``;
  if (output.values.length === target.values.length)
    return [{ says: `${subject} has shape ${shape}, and must have shape ${due}`, of: (a, b) => flattened(a, b) }];
  return (['sum', 'mean'] as const).flatMap((word): OtherShape[] => {
    const reduced = (outputs: Named): Named => mapped(outputs, word === 'sum' ? sumOf : meanOf);
    if (output.values.length === 1) {
      const says = `${subject} is the ${word} over the whole batch: its shape is ${shape}, and must be ${due}`;
      return [{ says, of: (a, b) => flattened(reduced(a), b) }];
    }
    if (target.values.length !== 1) return [];
    return [
      {
        says: `${subject} is one number for each example, and must be their ${word}`,
        of: (a, b) => flattened(a, reduced(b)),
      },
    ];
  });
}

/** Both without their axes, if they have as many numbers. */
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
