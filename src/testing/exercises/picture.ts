import { checkInputs } from './checks.js';
import { drawNumbers, type Axis } from './draw-numbers.js';
import type { Exercise, ExerciseInputs, ExerciseOutputs } from './exercise.js';
import { byName } from './judge.js';
import type { Reading } from './measure.js';
import { createNumberStream } from './number-stream.js';
import { nest } from './numbers.js';
import { named, valuesWith, type Named } from './reference.js';

/** All inputs of an exercise's picture; none if it has no picture. */
export function pictureInputs(where: string, argument: string, { picture }: Exercise): readonly ExerciseInputs[] {
  if (picture === undefined) return [];
  const inputs = picture.inputs(createNumberStream(0, 'picture'));
  const list = Array.isArray(inputs) ? (inputs as ExerciseInputs[]) : [inputs as ExerciseInputs];
  for (const each of list) checkInputs(where, `${argument}.picture`, each);
  return list;
}

/** The drawing; undefined if the exercise has none, or the answer has other shapes than the target. */
export function drawPicture(
  exercise: Exercise,
  inputs: readonly ExerciseInputs[],
  readings: readonly (Reading | undefined)[],
): string | undefined {
  if (inputs.length === 0) return undefined;
  const pairs = inputs.map((each, i) => [byName(readings[i]?.tensors ?? []), valuesWith(exercise, each, [])] as const);
  const fits = pairs.every(([got, target]) =>
    Object.entries(target).every(([name, { shape }]) => got[name]?.shape.join() === shape.join()),
  );
  if (!fits) return undefined;
  const [yours, target] = ([0, 1] as const).map((side) => stacked(pairs.map((pair) => pair[side]))) as [Named, Named];
  const drawn = exercise.picture!.draw?.(nested(yours), nested(target), inputs[0]!);
  const [{ values }] = Object.values(target) as [Named[string]];
  const { unit } = exercise.picture!;
  const title = unit === undefined ? exercise.name : `${exercise.name}, in ${unit}`;
  return drawn ?? drawNumbers(yours, target, title, axisOf(inputs, values.length));
}

/** What the curves of this many numbers run over: the first argument that has one number for each, rising or falling. */
function axisOf(inputs: readonly ExerciseInputs[], count: number): Axis | undefined {
  const columns = inputs.map(named);
  const axes = Object.keys(columns[0]!).flatMap((name): Axis[] => {
    const flats = columns.map((column) => column[name]!);
    const values = flats.flatMap((flat) => flat.values);
    if (values.length === count) return [{ name, values }];
    // examples may be in columns
    const isRows = flats.length === 1 && flats[0]!.shape.length === 2 && flats[0]!.shape[1] === count;
    return isRows ? [{ name: `${name}[0]`, values: values.slice(0, count) }] : [];
  });
  const first = axes.find(({ values }) => {
    const signs = new Set(values.slice(1).map((value, i) => Math.sign(value - values[i]!)));
    return signs.size === 1 && !signs.has(0);
  });
  if (first === undefined) return undefined;
  const same = axes.filter(({ values }) => values.join() === first.values.join());
  return { name: same.map(({ name }) => name).join(' = '), values: first.values };
}

/** Stacks the outputs for several inputs along a new first axis; a single output is left as it is. */
function stacked(outputs: readonly Named[]): Named {
  if (outputs.length === 1) return outputs[0]!;
  const entries = Object.entries(outputs[0]!).map(([name, { shape }]) => {
    const values = outputs.flatMap((each) => each[name]!.values);
    return [name, { shape: [outputs.length, ...shape], values }] as const;
  });
  return Object.fromEntries(entries);
}

function nested(outputs: Named): ExerciseOutputs {
  const entries = Object.entries(outputs).map(([name, flat]) => [name, nest(flat)] as const);
  return entries.length === 1 && entries[0]![0] === '' ? entries[0]![1] : Object.fromEntries(entries);
}
