import * as tf from '@tensorflow/tfjs-core';
import type { TensorContainer } from '@tensorflow/tfjs-core';
import { checkFunction, checkInteger, checkWord, notAsync } from '../../tensor/checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import type { Exercise, ExerciseCheck, ExerciseInputs, ExercisePicture } from './exercise.js';
import { flatten, type Numbers } from './numbers.js';
import type { Named } from './reference.js';

export { checkFunction };

/** Throws unless `value` is an array; `elements` describes what it should contain. */
export function checkList(where: string, argument: string, value: unknown, elements: string): void {
  if (!Array.isArray(value)) throw wrongKind(where, argument, `must be an array of ${elements}`, { got: value });
}

/** Throws unless `value` is a string that is not empty. */
export function checkText(where: string, argument: string, value: unknown, fix?: string): void {
  if (typeof value !== 'string' || value === '')
    throw wrongKind(where, argument, 'must be a string that is not empty', { got: value, fix });
}

/** Throws unless `value` is a record of strings. */
export function checkTexts(where: string, argument: string, value: unknown, example: string): void {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord) throw wrongKind(where, argument, `must be a record such as ${example}`, { got: value });
  for (const [name, text] of Object.entries(value)) checkText(where, `${argument}.${name}`, text);
}

/** Throws unless `hints` are three strings. */
export function checkHints(where: string, argument: string, hints: unknown): void {
  checkList(where, argument, hints, 'three strings');
  const { length } = hints as readonly unknown[];
  if (length !== 3) throw wrongKind(where, argument, 'must be an array of three strings', { seen: `${length}` });
  (hints as readonly unknown[]).forEach((hint, i) => checkText(where, `${argument}[${i}]`, hint));
}

/** Throws unless an exercise has all members that grading needs, and no others. */
export function checkExerciseRecord(where: string, argument: string, exercise: unknown): asserts exercise is Exercise {
  if (typeof exercise !== 'object' || exercise === null || Array.isArray(exercise) || 'then' in exercise)
    throw wrongKind(where, argument, 'must be an exercise', {
      got: exercise,
      fix: 'Make one with defineExercise({...}).',
    });
  const { mistakes } = exercise as Exercise;
  const list = { is: checkNames, default: undefined };
  const method = { is: checkFunction, default: undefined };
  readOptions(
    where,
    exercise as Exercise,
    {
      name: checkName,
      inputs: checkFunction,
      mistakes: (_: string, key: string, texts: unknown) => checkTexts(where, key, texts, "{ halved: 'it is halved' }"),
      exclusive: {
        is: (_: string, key: string, groups: unknown) => checkExclusive(where, key, groups, mistakes),
        default: undefined,
      },
      alone: {
        is: (_: string, key: string, names: unknown) => checkMistakes(where, key, names, mistakes),
        default: undefined,
      },
      hints: checkHints,
      checks: checkChecks,
      integers: list,
      reference: checkFunction,
      call: method,
      picture: { is: checkPicture, default: undefined },
    },
    argument,
  );
}

function checkPicture(where: string, argument: string, picture: ExercisePicture): void {
  const rules = {
    inputs: checkFunction,
    draw: { is: checkFunction, default: undefined },
    unit: { is: (at: string, key: string, value: unknown) => checkText(at, key, value), default: undefined },
  };
  readOptions(where, picture, rules, argument);
}

function checkName(where: string, argument: string, name: unknown): void {
  const fix = 'It is the name of the function that an answer exports.';
  checkText(where, argument, name, fix);
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name as string))
    throw unusable(where, argument, 'must be a name that a function can have', { got: name, fix });
}

function checkNames(where: string, argument: string, names: unknown): void {
  checkList(where, argument, names, 'names of inputs');
  (names as readonly unknown[]).forEach((name, i) => checkText(where, `${argument}[${i}]`, name));
}

function checkExclusive(where: string, argument: string, groups: unknown, mistakes: object): void {
  checkList(where, argument, groups, 'groups of mistakes');
  for (const group of groups as readonly unknown[]) checkMistakes(where, argument, group, mistakes);
}

function checkMistakes(where: string, argument: string, names: unknown, mistakes: object): void {
  checkList(where, argument, names, 'names of mistakes');
  for (const name of names as readonly string[])
    if (!Object.hasOwn(mistakes, name))
      throw unusable(where, argument, 'must name mistakes of the exercise', { got: name });
}

function checkChecks(where: string, argument: string, checks: Exercise['checks']): void {
  const fail = (rule: string, got: unknown): never => {
    throw unusable(where, argument, rule, { got });
  };
  checkList(where, argument, checks, 'checks, such as { kind: "values", points: 1 }');
  if (checks[0]?.kind !== 'values') fail('must begin with a check of the values', checks[0]?.kind);
  checks.forEach((check, i) => {
    const kinds = { is: checkWord, of: ['values', 'gradients', 'leaks'] } as const;
    const text = {
      is: (_: string, key: string, value: unknown) => checkText(where, key, value),
      default: undefined,
    };
    const rules = { kind: kinds, name: text, points: checkInteger, of: { is: checkNames, default: undefined } };
    const inputs = { is: checkFunction, default: undefined };
    readOptions(where, check, { ...rules, limitedBy: text, inputs }, `${argument}[${i}]`);
  });
  const names = checks.map(nameOf);
  if (new Set(names).size < names.length) fail('must have different names', names);
}

/**
 * An exercise whose reference checks its own result, with errors that name the function `where`: an error of the exercise is never
 * reported as one of the answer.
 */
export function checkedExercise(where: string, argument: string, exercise: unknown): Exercise {
  checkExerciseRecord(where, argument, exercise);
  const reference: Exercise['reference'] = (inputs, wrong, detached) => {
    const outputs = exercise.reference(inputs, wrong, detached);
    const made = Object.keys(wrong).filter((name) => wrong[name]);
    const mistakes = made.length === 0 ? '' : ` with the mistake ${made.join(' and ')}`;
    checkNumbers(where, `${argument}.reference`, outputs, {
      must: `return numbers in nested arrays, or a record of them${mistakes}`,
      fix: 'Compute with numbers, as each and sumOf do.',
      isOneEnough: true,
    });
    return outputs;
  };
  return { ...exercise, inputs: (random) => exercise.inputs(random), reference };
}

/** Throws unless inputs are a record of numbers with all arguments that the exercise and a check mention. */
export function checkInputs(
  where: string,
  argument: string,
  inputs: unknown,
  { integers = [], checks = [] }: Partial<Exercise> = {},
  index = 0,
): asserts inputs is ExerciseInputs {
  const fix = 'Return { x: random.normal([4, 3]) }, with a name for each argument.';
  checkNumbers(where, `${argument}.inputs`, inputs, { must: 'return a record of numbers in nested arrays', fix });
  const names = Object.keys(inputs as object);
  const checkKnown = (key: string, mentioned: readonly string[], among: readonly string[]): void => {
    const odd = mentioned.find((name) => !among.includes(name));
    if (odd === undefined) return;
    throw unusable(where, `${argument}.${key}`, `must be among ${among.join(', ')}`, { got: odd });
  };
  const { of = [], limitedBy } = checks[index] ?? {};
  const floats = names.filter((name) => !integers.includes(name));
  checkKnown('integers', integers, names);
  checkKnown(`checks[${index}].of`, of, floats);
  checkKnown(`checks[${index}].limitedBy`, limitedBy === undefined ? [] : [limitedBy], names);
}

/** Throws unless all numbers of a reference are finite. */
export function checkFinite(where: string, argument: string, purpose: string, outputs: Named): void {
  const odd = Object.values(outputs).flatMap(({ values }) => values.filter((value) => !Number.isFinite(value)));
  if (odd.length === 0) return;
  throw unusable(where, argument, `must give finite numbers${purpose}`, { got: odd[0] });
}

/** Throws unless a function of an exercise returned nested arrays, or a record of them; disposes tensors that it returned instead. */
function checkNumbers(
  where: string,
  argument: string,
  value: unknown,
  { must, fix, isOneEnough = false }: { must: string; fix: string; isOneEnough?: boolean },
): void {
  try {
    const isOne = isOneEnough && (typeof value === 'number' || Array.isArray(value));
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && !('dataId' in value);
    const entries: readonly (readonly [string, unknown])[] = isOne
      ? [['', value]]
      : isRecord && !('then' in value)
        ? Object.entries(value)
        : [];
    if (entries.length === 0) {
      throw wrongKind(where, argument, `must ${must}`, { got: value, fix: notAsync(value) ?? fix });
    }
    for (const [name, numbers] of entries) {
      const part = name === '' ? argument : `${argument}: ${name}`;
      const { values } = flatten(numbers as Numbers, where, part);
      if (values.length === 0) throw wrongKind(where, part, 'must hold at least one number', { got: numbers });
    }
  } catch (error) {
    tf.dispose(value as TensorContainer);
    throw error;
  }
}

/** The name of a check. */
export function nameOf({ name, kind }: Pick<ExerciseCheck, 'name' | 'kind'>): string {
  return name ?? kind;
}
