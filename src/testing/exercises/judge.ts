import { describeDifference } from './describe-difference.js';
import { describeLimit, describeSaturation } from './describe-limit.js';
import type { Exercise, ExerciseCheck, ExerciseInputs } from './exercise.js';
import { agree, explain, type Evidence, type Tolerance } from './explain.js';
import type { PlainTensor, Question, Reading } from './measure.js';
import { otherShapes, type OtherShape } from './other-shape.js';
import { changedInputs, type Behaviour } from './probes.js';
import { gradientsWith, sameShapes, valuesWith, type Named } from './reference.js';

/** A check with its inputs. */
export interface Case {
  readonly check: ExerciseCheck;
  readonly inputs: ExerciseInputs;
  readonly question: Question;
}

/** The result of one check, without its points. */
export interface Verdict {
  readonly isWrong: boolean;
  readonly message: string;
  readonly mistakes: readonly string[];
}

/** Sums of a few float32 terms are accurate to four digits, gradients to three. */
export const TOLERANCES: Readonly<Record<'values' | 'gradients', Tolerance>> = {
  values: { relative: 1e-4, absolute: 1e-5 },
  gradients: { relative: 1e-3, absolute: 1e-4 },
};

/** Other results of the answer, which help to explain a failed check. */
export interface Context {
  /** The inputs of the first check, if that passed and this is another check: mistakes that the first would have shown are excluded. */
  readonly key?: ExerciseInputs;
  /** The results of the other checks of values. */
  readonly others?: readonly Measured[];
  /** The results of further calls of the answer. */
  readonly behaviour?: Behaviour;
  /** The values for a smaller limiting argument, if the check has one. */
  readonly changed?: Named;
}

/** Values of an answer, and their inputs. */
export interface Measured {
  readonly inputs: ExerciseInputs;
  readonly got: Named;
}

/** Compares the measured numbers with the reference. */
export function judge(
  exercise: Exercise,
  { check, inputs, question }: Case,
  reading: Reading,
  { key, others = [], behaviour, changed }: Context = {},
): Verdict {
  const { failure, leaked, tensors } = reading;
  if (failure !== undefined) return wrong(failure);
  if ((check.kind === 'leaks' ? leaked : tensors) === undefined) return wrong('There was no result.');
  if (check.kind === 'leaks') {
    if (leaked === 0) return right;
    return wrong(`Each call leaks ${leaked} ${leaked === 1 ? 'tensor' : 'tensors'}: wrap its body in tf.tidy.`);
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
    return wrong('Your answer is wrong: it gives different numbers at each call: do not draw random numbers.');
  if (agree(got, expected, tolerance)) {
    return dtype === undefined ? right : wrong(`Its numbers are right, but its dtype is ${dtype}: return float32.`);
  }
  const evidence = (form: OtherShape['convert'] = (target, given) => ({ expected: target, got: given })): Evidence => {
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
  for (const { text, convert } of otherShapes(got, expected)) {
    const formed = evidence(convert);
    const sets = formed.explains([]) ? [[]] : explain(exercise, formed);
    if (sets.length > 0) return explained(exercise, sets, check.kind, text);
  }
  const limit = check.limitedBy && limitOf(exercise, check.limitedBy, inputs, { got, expected, changed });
  const targets = others.map((other) => ({ got: other.got, expected: valuesWith(exercise, other.inputs, []) }));
  const difference = limit ?? describeDifference(got, expected, { tolerance, others: targets });
  const unused = (behaviour?.unused ?? []).map((name) => `\`${name}\``).join(' or ');
  // integers may stay the same if an argument changes a little
  const rest =
    dtype !== undefined ? `its dtype is ${dtype}, and must be float32` : unused && `it does not depend on ${unused}`;
  return wrong(`Your answer is wrong: ${difference}${rest === '' ? '' : `, and ${rest}`}.`);
}

/** Describes errors of a check of values that are not explained by the mistakes of the failed first check; undefined if there are none. */
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
  return `Besides, ${limit ?? describeDifference(got, expected, { tolerance })}.`;
}

/** Describes the values for large arguments: not finite, or the same for smaller ones. */
function limitOf(
  exercise: Exercise,
  argument: string,
  inputs: ExerciseInputs,
  { got, expected, changed }: { got: Named; expected: Named; changed: Named | undefined },
): string | undefined {
  const limit = describeLimit(got, expected, argument, inputs[argument]!);
  if (limit !== undefined || changed === undefined) return limit;
  const target = valuesWith(exercise, changedInputs(inputs, argument), []);
  return describeSaturation({ got, expected }, { got: changed, expected: target }, argument, TOLERANCES.values);
}

const right: Verdict = { isWrong: false, message: 'Right.', mistakes: [] };

function wrong(message: string): Verdict {
  return { isWrong: true, message, mistakes: [] };
}

/** Names the mistakes of each set that explains the numbers. */
function explained(exercise: Exercise, sets: readonly (readonly string[])[], kind: string, shape?: string): Verdict {
  const all = sets.map((set) =>
    [...(shape === undefined ? [] : [shape]), ...set.map((name) => exercise.mistakes[name]!)].join(', and '),
  );
  // mistakes that differ in a number may have the same text
  const texts = [...new Set(all)].slice(0, 3);
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
    return `No gradient reaches ${list}: compute with tensors throughout, and detach none.`;
  }
  return `${describeDifference(got, expected, { tolerance, subjectOf: (name) => `Its gradient with respect to \`${name}\`` })}.`;
}

/** The numbers of tensors, by name. */
export function byName(tensors: readonly PlainTensor[]): Named {
  return Object.fromEntries(tensors.map(({ name, shape, values }) => [name, { shape, values }]));
}
