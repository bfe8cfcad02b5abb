import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExerciseRecord } from './checks.js';
import type { Numbers } from './numbers.js';
import type { NumberStream } from './number-stream.js';

/** The arguments of an answer by name, in the order in which it takes them, as nested arrays. */
export type ExerciseInputs = Readonly<Record<string, Numbers>>;

/** The values of a reference: numbers for an answer that returns a tensor, a record of them for one that returns a record. */
export type ExerciseOutputs = Numbers | Readonly<Record<string, Numbers>>;

/** The function that a student writes: it takes tensors, or the arguments of the exercise's `call`, and returns a tensor or a record of them. */
export type Answer = (...inputs: never[]) => unknown;

/** One graded check of an answer, with its points. The other checks of an exercise give points only if the first one passes. */
export interface ExerciseCheck<I extends ExerciseInputs = ExerciseInputs> {
  /**
   * What is measured: `values`; `gradients` of the values with respect to the arguments in `of`; or `leaks`, the tensors that a call
   * does not dispose.
   */
  readonly kind: 'values' | 'gradients' | 'leaks';
  /** The name that a student reads, such as "large logits"; by default the kind. Each check of an exercise has a different name. */
  readonly name?: string;
  /** A whole number of points, at least 1. */
  readonly points: number;
  /** The arguments with respect to which gradients are checked; by default all that are not integers. */
  readonly of?: readonly (keyof I & string)[];
  /** The argument that is large in this check; the message names it if values are not finite there, or do not change with it. */
  readonly limitedBy?: keyof I & string;
  /** Draws the inputs of this check; by default, the exercise draws them. */
  inputs?(random: NumberStream): I;
}

/** A drawing of an answer's values and the reference's, for the student. */
export interface ExercisePicture<I extends ExerciseInputs = ExerciseInputs> {
  /** The unit of the outputs, such as "nats", which the drawing names at its axis. */
  readonly unit?: string;
  /**
   * Draws the inputs of the drawing from a fixed seed; they are not secret. For a list of inputs, the answer is called once for each, so that
   * single numbers become a curve.
   */
  inputs(random: NumberStream): I | readonly I[];
  /**
   * Draws both; by default, as a curve through the numbers of each output.
   *
   * @param yours - the values of the answer, with the same shapes as `target`; for a list of inputs, along a new first axis
   * @param target - the values of the reference
   * @param inputs - the inputs of the drawing, or the first of a list
   * @returns an SVG element as text
   */
  draw?(yours: ExerciseOutputs, target: ExerciseOutputs, inputs: I): string;
}

/** A function for a student to write, and all that is needed to grade and explain it. */
export interface Exercise<I extends ExerciseInputs = ExerciseInputs, M extends string = string> {
  /** The name of the function that an answer exports. */
  readonly name: string;
  /** Likely mistakes: a name, and a text that follows "Your answer is wrong:", such as "the factor 1/2 is missing". */
  readonly mistakes: Readonly<Record<M, string>>;
  /** Groups of mistakes that exclude each other: at most one of each group is assumed at a time. */
  readonly exclusive?: readonly (readonly NoInfer<M>[])[];
  /** Mistakes that are assumed one at a time only, and never together with another, such as a different formula. */
  readonly alone?: readonly NoInfer<M>[];
  /** Three hints, each more detailed than the one before; none gives the answer. */
  readonly hints: readonly [string, string, string];
  /** The checks. The first one checks values, and distinguishes the mistakes; the others give no points unless it passes. */
  readonly checks: readonly ExerciseCheck<I>[];
  /** Arguments that are int32 tensors; all others are float32. */
  readonly integers?: readonly (keyof I & string)[];
  /** A drawing of the answer and the target. */
  readonly picture?: ExercisePicture<I>;
  /**
   * Draws the arguments of an answer: few numbers, of both signs.
   *
   * @param random - a stream that draws the same numbers in every runtime
   * @returns the arguments as nested arrays
   */
  inputs(random: NumberStream): I;
  /**
   * Computes the formula in float64, with the selected mistakes.
   *
   * @param inputs - the arguments
   * @param wrong - the mistakes to make; at most two are true
   * @param detached - the arguments again, for parts through which no gradient flows
   * @returns the values; their gradients are computed by finite differences
   */
  reference(inputs: I, wrong: Readonly<Record<M, boolean>>, detached: I): ExerciseOutputs;
  /**
   * Calls an answer whose arguments are not just the inputs as tensors, but for example a network. It must only use its arguments, because
   * it may run in another process.
   *
   * @param answer - the student's function
   * @param inputs - the inputs as tensors, by name
   * @param tensorflow - the module of TensorFlow.js, as from `import * as tf`
   * @returns the result of the answer, or tensors computed from it
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
 * @returns the same record, with the type that all exercises have
 * @throws TypeError if a member is missing, unknown or has a wrong type; RangeError if points are not integers; Error if two checks have the
 * same name, or the first does not check values. The results of its functions are checked when an answer is graded
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
