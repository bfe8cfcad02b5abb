import type { Exercise, ExerciseInputs } from './exercise.js';
import { agree, type Tolerance } from './explain.js';
import type { Question } from './measure.js';
import { each } from './numbers.js';
import { valuesWith, type Named } from './reference.js';

/** The behaviour of an answer when it is called again, and with one argument changed. */
export interface Behaviour {
  /** Whether it gave different numbers for the same arguments. */
  readonly varies: boolean;
  /** The arguments on which the answer should depend, but does not. */
  readonly unused: readonly string[];
}

/** The factor of a changed argument. Nothing is rounded, and pixels, fractions and alphaBar stay between 0 and 1. */
const CHANGE = 0.875;

/** The arguments to change, one at a time. */
function changeable({ integers = [] }: Exercise, inputs: ExerciseInputs): string[] {
  return Object.keys(inputs).filter((name) => !integers.includes(name));
}

/** The question of an exercise's first check again, and then with each argument changed; `readBehaviour` evaluates the readings. */
export function probesOf(exercise: Exercise, question: Question, inputs: ExerciseInputs): Question[] {
  return [question, ...changeable(exercise, inputs).map((name) => withChanged(question, name))];
}

/** The question of each check that has a limiting argument again, with that argument made smaller. */
export function limitProbes({ checks }: Exercise, questions: readonly Question[]): ReadonlyMap<number, Question> {
  const limited = checks.flatMap(({ limitedBy }, i) => {
    return limitedBy === undefined ? [] : [[i, withChanged(questions[i]!, limitedBy)] as const];
  });
  return new Map(limited);
}

/** A question with one argument multiplied by {@link CHANGE}. */
function withChanged(question: Question, argument: string): Question {
  const inputs = question.inputs.map((plain) =>
    plain.name === argument ? { ...plain, values: plain.values.map((value) => CHANGE * value) } : plain,
  );
  return { ...question, kind: 'values', inputs };
}

/** The inputs with one argument multiplied by {@link CHANGE}. */
export function changedInputs(inputs: ExerciseInputs, argument: string): ExerciseInputs {
  return { ...inputs, [argument]: each((value) => CHANGE * value, inputs[argument]!) };
}

/** Compares the readings of the probes with the first values of the answer. */
export function readBehaviour(
  exercise: Exercise,
  inputs: ExerciseInputs,
  { first, probes, tolerance }: { first: Named; probes: readonly (Named | undefined)[]; tolerance: Tolerance },
): Behaviour {
  const [again, ...changed] = probes;
  if (again !== undefined && !agree(again, first, tolerance)) return { varies: true, unused: [] };
  // numbers that are not finite may be the same for any arguments
  if (!isFinite(first)) return { varies: false, unused: [] };
  const target = valuesWith(exercise, inputs, []);
  const unused = changeable(exercise, inputs).filter((name, i) => {
    const values = changed[i];
    if (values === undefined || !agree(values, first, { relative: 0, absolute: 0 })) return false;
    return !agree(valuesWith(exercise, changedInputs(inputs, name), []), target, tolerance);
  });
  return { varies: false, unused };
}

function isFinite(values: Named): boolean {
  return Object.values(values).every((output) => output.values.every(Number.isFinite));
}
