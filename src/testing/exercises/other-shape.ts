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
  if (names.some((key) => got[key] === undefined) || Object.keys(got).length !== names.length) return [];
  const wrong = names.filter((key) => shapeText(got[key]!.shape) !== shapeText(expected[key]!.shape));
  const [name] = wrong;
  if (name === undefined) return [];
  const [output, target] = [got[name]!, expected[name]!];
  const [shape, targetShape] = [shapeText(output.shape), shapeText(target.shape)];
  const subject = name === '' ? 'it' : `\`${name}\``;
  const rest = output.shape.slice(target.shape.length);
  const isLonger =
    target.shape.length > 0 &&
    rest.length > 0 &&
    target.shape.join() === output.shape.slice(0, target.shape.length).join();
  if (isLonger && rest.some((length) => length > 1))
    return (['sum', 'mean'] as const).map((word) => ({
      text: `${subject} has shape ${shape}, and must have shape ${targetShape}: it is not ${word === 'sum' ? 'summed' : 'averaged'} over its last ${rest.length > 1 ? 'axes' : 'axis'}`,
      convert: (a, b) => flattened(a, rowsReduced(b, a, word === 'sum' ? sumOf : meanOf)),
    }));
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
        text:
          wrong.length > 1
            ? `${listOf(wrong)} have one number per example, and must be their ${word}`
            : `${subject} has one number per example, and must be their ${word}`,
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

/** Each row of the outputs reduced to one number, where a row belongs to one number of the target. */
function rowsReduced(outputs: Named, target: Named, reduce: (values: readonly number[]) => number): Named {
  const entries = Object.entries(outputs).map(([name, { values }]) => {
    const size = values.length / (target[name]?.values.length ?? 1);
    const rows = Array.from({ length: values.length / size }, (_, i) => reduce(values.slice(i * size, (i + 1) * size)));
    return [name, vector(rows)] as const;
  });
  return Object.fromEntries(entries);
}

function listOf(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

function vector(values: readonly number[]): Flat {
  return { shape: [values.length], values };
}
