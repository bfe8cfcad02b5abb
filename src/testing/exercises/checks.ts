import { checkFunction, checkRecord, checkWord } from '../../tensor/checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { nameOf, type Exercise } from './exercise.js';
import { flatten, nest, type Numbers } from './numbers.js';

export { checkFunction };

/** Throws unless `value` is an array; `of` says what of. */
export function checkList(where: string, argument: string, value: unknown, of: string): void {
  if (!Array.isArray(value)) throw wrongKind(where, argument, `must be an array of ${of}`, { got: value });
}

/** Throws unless `value` is a text with a character in it. */
export function checkText(where: string, argument: string, value: unknown, fix?: string): void {
  if (typeof value !== 'string' || value === '')
    throw wrongKind(where, argument, 'must be a text that is not empty', { got: value, fix });
}

/** Throws unless `value` is a record of texts. */
export function checkTexts(where: string, argument: string, value: unknown, such: string): void {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord) throw wrongKind(where, argument, `must be a record such as ${such}`, { got: value });
  for (const [name, text] of Object.entries(value)) checkText(where, `${argument}.${name}`, text);
}

/** Throws unless `hints` are three texts. */
export function checkHints(where: string, argument: string, hints: unknown): void {
  checkList(where, argument, hints, 'three texts');
  const { length } = hints as readonly unknown[];
  if (length !== 3) throw wrongKind(where, argument, 'must be an array of three texts', { seen: `${length}` });
  (hints as readonly unknown[]).forEach((hint, i) => checkText(where, `${argument}[${i}]`, hint));
}

/** Throws unless an exercise has all that grading asks of it. */
export function checkExerciseRecord(where: string, argument: string, exercise: unknown): asserts exercise is Exercise {
  checkRecord(where, argument, exercise, 'inputs reference', 'what defineExercise returns');
  const { name, mistakes, hints, checks, call, integers, exclusive } = exercise as Exercise;
  const within = (key: string): string => `${argument}.${key}`;
  checkText(where, within('name'), name, 'It is the name of the function that an answer exports.');
  checkTexts(where, within('mistakes'), mistakes, "{ halved: 'it is halved' }");
  checkHints(where, within('hints'), hints);
  if (call !== undefined) checkFunction(where, within('call'), call);
  if (integers !== undefined) checkList(where, within('integers'), integers, 'names of inputs');
  if (exclusive !== undefined) checkExclusive(where, within('exclusive'), exclusive, mistakes);
  checkChecks(where, within('checks'), checks);
}

function checkExclusive(where: string, argument: string, groups: unknown, mistakes: object): void {
  checkList(where, argument, groups, 'groups of mistakes');
  for (const group of groups as readonly unknown[]) {
    checkList(where, argument, group, 'groups of mistakes');
    for (const name of group as readonly string[])
      if (!Object.hasOwn(mistakes, name))
        throw unusable(where, argument, 'must name mistakes of the exercise', { got: name });
  }
}

function checkChecks(where: string, argument: string, checks: Exercise['checks']): void {
  const refuse = (rule: string, got: unknown): never => {
    throw unusable(where, argument, rule, { got });
  };
  checkList(where, argument, checks, 'checks, such as { kind: "values", points: 1 }');
  if (checks[0]?.kind !== 'values') refuse('must begin with a check of the values', checks[0]?.kind);
  for (const check of checks) {
    if (typeof check !== 'object' || check === null) refuse('must hold records such as { kind, points }', check);
    checkWord(where, `${argument} kind`, check.kind, { of: ['values', 'gradients', 'leaks'] });
    if (check.inputs !== undefined) checkFunction(where, `${argument} inputs`, check.inputs);
  }
  const names = checks.map(nameOf);
  if (new Set(names).size < names.length) refuse('must have different names', names);
  const odd = checks.find(({ points }) => !(Number.isInteger(points) && points > 0));
  if (odd !== undefined) refuse('must have whole numbers of points above 0', odd.points);
}

/** Throws unless a function of an exercise returned nested arrays of one shape, or a record of them. */
export function checkNumbers(where: string, argument: string, value: unknown): void {
  if (typeof value === 'number' || Array.isArray(value)) return checkNested(where, argument, value as Numbers);
  const isRecord = typeof value === 'object' && value !== null && !('dataId' in value || 'then' in value);
  const entries = isRecord ? Object.entries(value) : [];
  if (entries.length === 0)
    throw wrongKind(where, argument, 'must return numbers in nested arrays, or a record of them', {
      got: value,
      fix: 'Return { x: random.normal([4, 3]) }, or what sumOf and each make of it.',
    });
  for (const [name, numbers] of entries) checkNested(where, `${argument}: ${name}`, numbers);
}

function checkNested(where: string, argument: string, numbers: unknown): void {
  const isNested = (value: unknown): boolean =>
    typeof value === 'number' || (Array.isArray(value) && value.length > 0 && value.every(isNested));
  if (!isNested(numbers)) throw wrongKind(where, argument, 'must be numbers in nested arrays', { got: numbers });
  const flat = flatten(numbers as Numbers);
  if (JSON.stringify(nest(flat)) !== JSON.stringify(numbers))
    throw wrongKind(where, argument, 'must have as many numbers in each row', { got: numbers });
}
