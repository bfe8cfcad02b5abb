import { describeDifference, describeLimit } from './describe-difference.js';
import type { Exercise, ExerciseCheck, ExerciseInputs } from './exercise.js';
import { agree, explain, type Evidence, type Tolerance } from './explain.js';
import type { PlainTensor, Question, Reading } from './measure.js';
import { otherShapes, type OtherShape } from './other-shape.js';
import type { Behaviour } from './probes.js';
import { gradientsWith, sameShapes, valuesWith, type Named } from './reference.js';

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
export const TOLERANCES: Readonly<Record<'values' | 'gradients', Tolerance>> = {
  values: { relative: 1e-4, absolute: 1e-5 },
  gradients: { relative: 1e-3, absolute: 1e-4 },
};

/** What else is known of an answer when one of its checks is judged. */
export interface Context {
  /** The inputs of the exercise's first check, if this is another one and the first passed: no mistake is named that it would have shown. */
  readonly key?: ExerciseInputs;
  /** What the other checks of values gave. */
  readonly others?: readonly Measured[];
  /** What asking it again showed. */
  readonly behaviour?: Behaviour;
}

/** Values of an answer, and the inputs that gave them. */
export interface Measured {
  readonly inputs: ExerciseInputs;
  readonly got: Named;
}

/** Compares what was measured with the reference. */
export function judge(
  exercise: Exercise,
  { check, inputs, question }: Case,
  reading: Reading,
  { key, others = [], behaviour }: Context = {},
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
  if (behaviour?.varies === true)
    return wrong('Your answer is wrong: it gives other numbers each time it is called: draw nothing at random.');
  if (agree(got, expected, tolerance)) {
    return dtype === undefined ? right : wrong(`Its numbers are right, but of dtype ${dtype}: return float32.`);
  }
  const evidence = (form: OtherShape['of'] = (target, given) => ({ expected: target, got: given })): Evidence => {
    const fits = (target: Named | undefined, given: Named): boolean => {
      const pair = target && form(target, given);
      return pair !== undefined && agree(pair.got, pair.expected, tolerance);
    };
    return {
      explains: (mistakes) => fits(reference(mistakes), got),
      confirms: (mistakes) => others.every((other) => fits(valuesWith(exercise, other.inputs, mistakes), other.got)),
    };
  };
  const explanations = explain(exercise, evidence());
  if (explanations.length > 0) return explained(exercise, explanations, check.kind);
  if (check.kind === 'gradients') return wrong(describeGradients(got, expected, tolerance));
  for (const { says, of } of otherShapes(got, expected)) {
    const formed = evidence(of);
    const sets = formed.explains([]) ? [[]] : explain(exercise, formed);
    if (sets.length > 0) return explained(exercise, sets, check.kind, says);
  }
  const limit = check.limitedBy && describeLimit(got, expected, check.limitedBy, inputs[check.limitedBy]!);
  const targets = others.map((other) => ({ got: other.got, expected: valuesWith(exercise, other.inputs, []) }));
  const difference = limit ?? describeDifference(got, expected, { tolerance, others: targets });
  const unused = (behaviour?.unused ?? []).map((name) => `\`${name}\``).join(' or ');
  // whole numbers may stay the same where an argument changes a little
  const rest =
    dtype !== undefined ? `its dtype is ${dtype}, and must be float32` : unused && `it does not depend on ${unused}`;
  return wrong(`Your answer is wrong: ${difference}${rest === '' ? '' : `, and ${rest}`}.`);
}

/** What a check of values shows besides the mistakes that explain the first one, while it waits for that; undefined if nothing. */
export function describeRest(
  exercise: Exercise,
  { check, inputs }: Case,
  { failure, tensors }: Reading,
  mistakes: readonly string[],
): string | undefined {
  if (check.kind !== 'values') return undefined;
  if (tensors === undefined) return failure;
  const [got, expected] = [byName(tensors), valuesWith(exercise, inputs, mistakes)];
  const tolerance = TOLERANCES.values;
  if (!sameShapes(got, expected) || agree(got, expected, tolerance)) return undefined;
  const limit = check.limitedBy && describeLimit(got, expected, check.limitedBy, inputs[check.limitedBy]!);
  return `Besides what that one shows, ${limit ?? describeDifference(got, expected, { tolerance })}.`;
}

const right: Verdict = { isWrong: false, message: 'Right.', mistakes: [] };

function wrong(message: string): Verdict {
  return { isWrong: true, message, mistakes: [] };
}

/** Names the mistakes; if several sets explain the numbers, each of them. */
function explained(exercise: Exercise, sets: readonly (readonly string[])[], kind: string, shape?: string): Verdict {
  const texts = sets
    .slice(0, 3)
    .map((set) =>
      [...(shape === undefined ? [] : [shape]), ...set.map((name) => exercise.mistakes[name]!)].join(', and '),
    );
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
  return `${describeDifference(got, expected, { tolerance, subjectOf: (name) => `Its gradient with respect to \`${name}\`` })}.`;
}

/** Tensors of a reading as numbers by name. */
export function byName(tensors: readonly PlainTensor[]): Named {
  return Object.fromEntries(tensors.map(({ name, shape, values }) => [name, { shape, values }]));
}
