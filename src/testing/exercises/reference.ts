import type { Exercise, ExerciseInputs, ExerciseOutputs } from './exercise.js';
import { flatten, type Flat, type Numbers } from './numbers.js';
import { slopesOf } from './slopes-of.js';

/** Numbers with their shapes, by the name of the output or argument; a single output has the name `''`. */
export type Named = Readonly<Record<string, Flat>>;

/** Flattens inputs, or the outputs of a reference. */
export function named(outputs: ExerciseOutputs): Named {
  const isOne = typeof outputs === 'number' || Array.isArray(outputs);
  const entries = Object.entries((isOne ? { '': outputs } : outputs) as Readonly<Record<string, Numbers>>);
  return Object.fromEntries(entries.map(([name, numbers]) => [name, flatten(numbers)]));
}

/** The values of the reference with these mistakes. */
export function valuesWith(exercise: Exercise, inputs: ExerciseInputs, mistakes: readonly string[]): Named {
  return named(exercise.reference(inputs, switches(exercise, mistakes), inputs));
}

/** The gradients of the weighted sum of the reference's values; undefined if values and weights differ in shape. */
export function gradientsWith(
  exercise: Exercise,
  inputs: ExerciseInputs,
  mistakes: readonly string[],
  names: readonly string[],
  weights: Named,
): Named | undefined {
  const wrong = switches(exercise, mistakes);
  const total = (moved: ExerciseInputs): number =>
    weightedSum(named(exercise.reference(moved, wrong, inputs)), weights);
  if (Number.isNaN(total(inputs)) && !sameShapes(valuesWith(exercise, inputs, mistakes), weights)) return undefined;
  const gradients = names.map((name) => {
    const slopes = slopesOf((at) => total({ ...inputs, [name]: at }), inputs[name]!);
    return [name, flatten(slopes)] as const;
  });
  return Object.fromEntries(gradients);
}

function switches({ mistakes }: Exercise, made: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.keys(mistakes).map((name) => [name, made.includes(name)]));
}

/** The sum of all outputs times their weights; NaN if the shapes differ. */
function weightedSum(outputs: Named, weights: Named): number {
  if (!sameShapes(outputs, weights)) return NaN;
  const terms = Object.entries(weights).flatMap(([name, { values }]) =>
    values.map((weight, i) => weight * outputs[name]!.values[i]!),
  );
  return terms.reduce((sum, term) => sum + term, 0);
}

/** Whether two records have the same names and shapes. */
export function sameShapes(a: Named, b: Named): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && a[name]!.shape.join() === b[name]!.shape.join())
  );
}
