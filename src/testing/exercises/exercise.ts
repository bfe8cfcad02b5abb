import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExerciseRecord } from './checks.js';
import type { Numbers } from './numbers.js';
import type { NumberStream } from './number-stream.js';

/** The arguments of an answer by name, in the order in which it takes them, as nested arrays. */
export type ExerciseInputs = Readonly<Record<string, Numbers>>;

/** What a reference returns for an answer's tensor, or for its record of tensors. */
export type ExerciseOutputs = Numbers | Readonly<Record<string, Numbers>>;

/** The function that a student writes: from tensors, or what the exercise's `call` gives, to a tensor or a record of tensors. */
export type Answer = (...inputs: never[]) => unknown;

/** One graded question about an answer, with its points. The first of an exercise is the key: the others give points only if it passed. */
export interface ExerciseCheck<I extends ExerciseInputs = ExerciseInputs> {
  /**
   * What is measured: `values`; `gradients` of the values with respect to the arguments in `of`; or `leaks`, the tensors that a call
   * leaves behind.
   */
  readonly kind: 'values' | 'gradients' | 'leaks';
  /** What a student reads, such as "large logits"; by default the kind. Names of one exercise are different. */
  readonly name?: string;
  /** A whole number of points, at least 1. */
  readonly points: number;
  /** The arguments of a check of gradients; by default all that are not integers. */
  readonly of?: readonly (keyof I & string)[];
  /** The argument whose magnitude decides whether a result is finite: it is named if the values are not. */
  readonly limitedBy?: keyof I & string;
  /** Inputs of this check; by default those of the exercise. */
  inputs?(random: NumberStream): I;
}

/** What a student sees besides words: a drawing of the answer's values beside the reference's. */
export interface ExercisePicture<I extends ExerciseInputs = ExerciseInputs> {
  /**
   * Inputs of the drawing, which are no secret: they come from a fixed seed. A list of them asks the answer once for each, so that a single
   * number becomes a curve.
   */
  inputs(random: NumberStream): I | readonly I[];
  /**
   * Draws both; by default as a curve for each output, one number after another.
   *
   * @param yours - what the answer returned, of the same shapes as `target`; for a list of inputs, along a new first axis
   * @param target - what the reference returned
   * @param inputs - those of the drawing; of a list, the first
   * @returns an SVG element as text
   */
  draw?(yours: ExerciseOutputs, target: ExerciseOutputs, inputs: I): string;
}

/** A function to write, with all that is needed to say what is wrong with it. */
export interface Exercise<I extends ExerciseInputs = ExerciseInputs, M extends string = string> {
  /** The name of the function that an answer exports. */
  readonly name: string;
  /** What a student may do wrong: a name, and words that follow "Your answer is wrong:", such as "the factor 1/2 is missing". */
  readonly mistakes: Readonly<Record<M, string>>;
  /** Mistakes that exclude each other: of each group, at most one is assumed at a time. */
  readonly exclusive?: readonly (readonly NoInfer<M>[])[];
  /** Three hints, each saying a little more; none says the answer. */
  readonly hints: readonly [string, string, string];
  /** The checks. The first measures values, and tells mistakes apart: the others wait for it. */
  readonly checks: readonly ExerciseCheck<I>[];
  /** Arguments that are int32 tensors; all others are float32. */
  readonly integers?: readonly (keyof I & string)[];
  /** A drawing of the answer beside the target. */
  readonly picture?: ExercisePicture<I>;
  /**
   * Draws arguments of an answer, few and of both signs.
   *
   * @param random - a stream, which gives the same numbers in every runtime
   * @returns the arguments as nested arrays
   */
  inputs(random: NumberStream): I;
  /**
   * The formula in float64, right unless a mistake is made.
   *
   * @param inputs - the arguments
   * @param wrong - which mistakes to make: at most two are true
   * @param detached - the arguments again, for parts through which no gradient flows
   * @returns the values; gradients are taken from it by differences
   */
  reference(inputs: I, wrong: Readonly<Record<M, boolean>>, detached: I): ExerciseOutputs;
  /**
   * Calls an answer that takes more than the inputs as tensors, such as a network. It must use nothing but its arguments, because it
   * may run in another process.
   *
   * @param answer - the student's function
   * @param inputs - the inputs as tensors, by name
   * @param tensorflow - what `import * as tf` gives
   * @returns what the answer returned, or tensors made of it
   */
  call?(
    answer: (...values: unknown[]) => unknown,
    inputs: Readonly<Record<string, Tensor>>,
    tensorflow: typeof tf,
  ): unknown;
}

/**
 * Checks an exercise's record and returns it; the types of its inputs and mistakes are inferred.
 *
 * @param exercise - see {@link Exercise}
 * @returns the same record, of the type that all exercises have
 * @throws TypeError if a part is missing, unknown or of another kind; RangeError if points are not whole; Error if the names of its checks
 * are not distinct, or it does not check values first. What its functions return is checked when an answer is graded
 * @example
 * ```ts
 * const square = defineExercise({
 *   name: 'square',
 *   mistakes: { doubled: 'it is twice the number, not its square' },
 *   hints: ['What is 3 squared?', 'Which operation takes two factors?', 'The factors are the same.'],
 *   checks: [{ kind: 'values', points: 1 }],
 *   inputs: (random) => ({ x: random.normal([3]) }),
 *   reference: ({ x }, wrong) => x.map((value) => (wrong.doubled ? 2 * value : value ** 2)),
 * });
 * const [result] = await grade(square, (x: tf.Tensor) => tf.mul(x, 2));
 * console.log(result!.message); // Your answer is wrong: it is twice the number, not its square.
 * ```
 */
export function defineExercise<I extends ExerciseInputs, M extends string>(exercise: Exercise<I, M>): Exercise {
  checkExerciseRecord('defineExercise', 'exercise', exercise);
  return exercise;
}

/** What a student calls a check. */
export function nameOf({ name, kind }: Pick<ExerciseCheck, 'name' | 'kind'>): string {
  return name ?? kind;
}
