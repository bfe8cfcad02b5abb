import { checkFinite, checkInputs, nameOf } from './checks.js';
import type { Exercise, ExerciseCheck, ExerciseInputs } from './exercise.js';
import { agree, type Tolerance } from './explain.js';
import { byName, TOLERANCES, type Case } from './judge.js';
import type { PlainTensor, Question } from './measure.js';
import { createNumberStream } from './number-stream.js';
import { flatten } from './numbers.js';
import { gradientsWith, named, valuesWith, type Named } from './reference.js';

/** How often inputs are drawn until they show every mistake. At some exercises, one draw in seven hides one. */
const MAX_DRAWS = 16;

/** By how many tolerances a mistake must change a number: its answer is not exact either. */
const MARGIN = 2;

/** A check with the right numbers. */
interface DrawnCase extends Case {
  readonly expected: Named;
  /** The mistakes that its inputs do not show: an answer with one of them passes. */
  readonly hidden: readonly string[];
}

/**
 * Draws the inputs of each check of an exercise, again and again until they show all known mistakes: otherwise a wrong answer would have
 * points by luck. The other checks only need to show what the first one cannot show, because they give no points unless it passes, and
 * checks of gradients only what values cannot show. If no draw shows all, the draw that shows the most counts. Throws if the exercise is
 * wrong.
 */
export function drawCases(where: string, argument: string, exercise: Exercise, seed: number): DrawnCase[] {
  const draw = (i: number, mistakes: readonly string[]): DrawnCase => {
    let best: DrawnCase | undefined;
    for (let k = 0; k < MAX_DRAWS && best?.hidden.length !== 0; k++) {
      const random = createNumberStream(seed, `${nameOf(exercise.checks[i]!)}${k === 0 ? '' : `, draw ${k}`}`);
      const drawn = createCase(where, argument, exercise, i, random);
      const least = best?.hidden.length ?? Infinity;
      // those that were hidden before come first, because they may be hidden in every draw
      const order = new Set([...(best?.hidden ?? []), ...mistakes]);
      const hidden: string[] = [];
      for (const mistake of order)
        if (hidden.length < least && isHidden(exercise, drawn, mistake)) hidden.push(mistake);
      if (hidden.length < least) best = { ...drawn, hidden };
    }
    return best!;
  };
  let left: readonly string[] = Object.keys(exercise.mistakes);
  const drawn = new Map<number, DrawnCase>();
  for (const kind of ['values', 'gradients', 'leaks'])
    for (const [i, check] of exercise.checks.entries()) {
      if (check.kind !== kind) continue;
      const made = draw(i, kind === 'leaks' ? [] : left);
      drawn.set(i, made);
      if (kind !== 'leaks') left = made.hidden;
    }
  return exercise.checks.map((_, i) => drawn.get(i)!);
}

/** Whether an answer with this mistake passes a check, or nearly does. */
function isHidden(
  exercise: Exercise,
  { check, inputs, question, expected }: Omit<DrawnCase, 'hidden'>,
  mistake: string,
): boolean {
  const got =
    check.kind === 'values'
      ? valuesWith(exercise, inputs, [mistake])
      : gradientsWith(exercise, inputs, [mistake], question.of, byName(question.weights));
  const { relative, absolute }: Tolerance = TOLERANCES[check.kind as 'values' | 'gradients'];
  return got !== undefined && agree(got, expected, { relative: MARGIN * relative, absolute: MARGIN * absolute });
}

/** Makes a check with its inputs, and with the right numbers; throws if the exercise is wrong. */
function createCase(
  where: string,
  argument: string,
  exercise: Exercise,
  i: number,
  random: ReturnType<typeof createNumberStream>,
): Omit<DrawnCase, 'hidden'> {
  const check: ExerciseCheck = exercise.checks[i]!;
  const inputs = check.inputs?.(random) ?? exercise.inputs(random);
  checkInputs(where, argument, inputs, exercise, i);
  const question = valueQuestion(exercise, inputs);
  const values = valuesWith(exercise, inputs, []);
  checkFinite(where, `${argument}.reference`, ` for the check '${nameOf(check)}'`, values);
  if (check.kind !== 'gradients')
    return { check, inputs, question: { ...question, kind: check.kind }, expected: values };
  // random weights, so that two errors do not cancel in the sum
  const weights = Object.entries(values).map(([name, { shape }]) =>
    plain(name, flatten(random.normal(shape)).values, shape),
  );
  const of = check.of ?? floats(exercise, inputs);
  const expected = gradientsWith(exercise, inputs, [], of, byName(weights))!;
  checkFinite(where, `${argument}.reference`, ` and slopes for the check '${nameOf(check)}'`, expected);
  return { check, inputs, question: { ...question, kind: 'gradients', of, weights }, expected };
}

function floats({ integers = [] }: Exercise, inputs: ExerciseInputs): string[] {
  return Object.keys(inputs).filter((name) => !integers.includes(name));
}

/** The question of a check of values. */
export function valueQuestion({ integers = [] }: Exercise, inputs: ExerciseInputs): Question {
  const tensors = Object.entries(named(inputs)).map(([name, { shape, values }]) =>
    plain(name, values, shape, integers.includes(name) ? 'int32' : 'float32'),
  );
  return { kind: 'values', inputs: tensors, of: [], weights: [] };
}

function plain(name: string, values: readonly number[], shape: readonly number[], dtype = 'float32'): PlainTensor {
  return { name, shape, values, dtype };
}
