import type { Exercise, ExerciseInputs } from './exercise.js';
import { agree, type Tolerance } from './explain.js';
import type { Question } from './measure.js';
import { each } from './numbers.js';
import { valuesWith, type Named } from './reference.js';

/** What asking an answer again, and with one argument changed, shows of it. */
export interface Behaviour {
  /** Whether it gave other numbers for the same arguments. */
  readonly varies: boolean;
  /** The arguments that change nothing although they should. */
  readonly unused: readonly string[];
}

/** A power of 2, so that nothing is rounded: pixels, shares and tables of alphaBar stay between 0 and 1. */
const CHANGE = 0.875;

/** The arguments that are changed one at a time. */
function changeable({ integers = [] }: Exercise, inputs: ExerciseInputs): string[] {
  return Object.keys(inputs).filter((name) => !integers.includes(name));
}

/** The question of an exercise's first check once more, and with each argument changed; `readBehaviour` reads the answers. */
export function probesOf(exercise: Exercise, question: Question, inputs: ExerciseInputs): Question[] {
  const changed = changeable(exercise, inputs).map((name) => ({
    ...question,
    inputs: question.inputs.map((plain) =>
      plain.name === name ? { ...plain, values: plain.values.map((value) => CHANGE * value) } : plain,
    ),
  }));
  return [question, ...changed];
}

/** What the readings of the probes show, beside what the answer gave at first. */
export function readBehaviour(
  exercise: Exercise,
  inputs: ExerciseInputs,
  { first, probes, tolerance }: { first: Named; probes: readonly (Named | undefined)[]; tolerance: Tolerance },
): Behaviour {
  const [again, ...changed] = probes;
  if (again !== undefined && !agree(again, first, tolerance)) return { varies: true, unused: [] };
  const target = valuesWith(exercise, inputs, []);
  const unused = changeable(exercise, inputs).filter((name, i) => {
    const given = changed[i];
    if (given === undefined || !agree(given, first, { relative: 0, absolute: 0 })) return false;
    const moved = { ...inputs, [name]: each((value) => CHANGE * value, inputs[name]!) };
    return !agree(valuesWith(exercise, moved, []), target, tolerance);
  });
  return { varies: false, unused };
}
