import { describeDifference, describeLimit } from './describe-difference.js';
import type { Exercise, ExerciseCheck, ExerciseInputs } from './exercise.js';
import { agree, explain, type Tolerance } from './explain.js';
import type { PlainTensor, Question, Reading } from './measure.js';
import { gradientsWith, valuesWith, type Named } from './reference.js';

/** A check with its inputs. */
export interface Case {
  readonly check: ExerciseCheck;
  readonly inputs: ExerciseInputs;
  readonly question: Question;
}

/** What is to be said about one check. */
export interface Verdict {
  readonly isWrong: boolean;
  readonly message: string;
  readonly mistakes: readonly string[];
}

/** Float32 sums of a few terms keep four digits; gradients lose one more. */
const TOLERANCES: Readonly<Record<'values' | 'gradients', Tolerance>> = {
  values: { relative: 1e-4, absolute: 1e-5 },
  gradients: { relative: 1e-3, absolute: 1e-4 },
};

/** Compares what was measured with the reference. If the exercise's `key` passed, no mistake is named that it would have shown. */
export function judge(
  exercise: Exercise,
  { check, inputs, question }: Case,
  reading: Reading,
  key?: ExerciseInputs,
): Verdict {
  const { failure, leaked, tensors } = reading;
  if (failure !== undefined) return wrong(failure);
  if ((check.kind === 'leaks' ? leaked : tensors) === undefined) return wrong('There was no result.');
  if (check.kind === 'leaks') {
    if (leaked === 0) return right;
    return wrong(`Each call leaves ${leaked} ${leaked === 1 ? 'tensor' : 'tensors'} behind: wrap its body in tf.tidy.`);
  }
  const weights = byName(question.weights);
  const passesKey = (mistakes: readonly string[]): boolean =>
    key === undefined || agree(valuesWith(exercise, key, mistakes), valuesWith(exercise, key, []), TOLERANCES.values);
  const reference = (mistakes: readonly string[]): Named | undefined => {
    if (!passesKey(mistakes)) return undefined;
    return check.kind === 'values'
      ? valuesWith(exercise, inputs, mistakes)
      : gradientsWith(exercise, inputs, mistakes, question.of, weights);
  };
  const [got, expected] = [byName(tensors ?? []), reference([])!];
  const tolerance = TOLERANCES[check.kind];
  const dtype = tensors?.find((tensor) => tensor.dtype !== 'float32')?.dtype;
  if (agree(got, expected, tolerance)) {
    return dtype === undefined ? right : wrong(`Its numbers are right, but of dtype ${dtype}: return float32.`);
  }
  const explanations = explain(exercise, got, reference, tolerance);
  if (explanations.length > 0) return explained(exercise, explanations, check.kind);
  if (check.kind === 'gradients') return wrong(describeGradients(got, expected, tolerance));
  const limit = check.limitedBy && describeLimit(got, expected, check.limitedBy, inputs[check.limitedBy]!);
  return wrong(`Your answer is wrong: ${limit ?? describeDifference(got, expected, tolerance)}.`);
}

const right: Verdict = { isWrong: false, message: 'Right.', mistakes: [] };

function wrong(message: string): Verdict {
  return { isWrong: true, message, mistakes: [] };
}

/** Names the mistakes; if several sets explain the numbers, each of them. */
function explained(exercise: Exercise, sets: readonly (readonly string[])[], kind: string): Verdict {
  const texts = sets.slice(0, 3).map((set) => set.map((name) => exercise.mistakes[name]!).join(', and '));
  const subject = kind === 'gradients' ? 'Its gradients are wrong' : 'Your answer is wrong';
  const either = texts.length > 1 ? 'either ' : '';
  return { isWrong: true, message: `${subject}: ${either}${texts.join('; or ')}.`, mistakes: sets[0]! };
}

function describeGradients(got: Named, expected: Named, tolerance: Tolerance): string {
  const missing = Object.keys(expected).filter(
    (name) => got[name]?.values.every((value) => value === 0) && expected[name]!.values.some((value) => value !== 0),
  );
  if (missing.length > 0) {
    const list = missing.map((name) => `\`${name}\``).join(' and ');
    return `No gradient reaches ${list}: do not leave TensorFlow.js, or detach, on the way.`;
  }
  return `${describeDifference(got, expected, tolerance, (name) => `Its gradient with respect to \`${name}\``)}.`;
}

/** Tensors of a reading as numbers by name. */
export function byName(tensors: readonly PlainTensor[]): Named {
  return Object.fromEntries(tensors.map(({ name, shape, values }) => [name, { shape, values }]));
}
