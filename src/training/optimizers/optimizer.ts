import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Json } from '../json.js';
import type { Observer } from '../observer.js';

/**
 * Moves variables along their gradients. {@link createAdam} makes one, you can write such a record by hand, and a
 * `tf.Optimizer` is accepted in its place.
 */
export interface Optimizer {
  /** Makes the moments for these variables, all zero. Trainers call it when they are created; a second call does nothing. */
  prepare(variables: readonly Variable[]): void;
  /** Makes one update. Disposes no gradient; the moments outlive a surrounding tidy. If `prepare` was not called, it does that first. */
  apply(gradients: readonly Tensor[], variables: readonly Variable[]): void;
  /** The live moments, which the caller must not dispose, and everything else that a resumed run needs. */
  state(): OptimizerState;
  /** Restores `state().plain` of an equal optimizer; throws before anything has changed. */
  restore(plain: Json): void;
  /** Frees the moments. */
  dispose(): void;
  /** Called with the gradients of each update before clipping, which it must not dispose; for optimizers that wrap another, such as one that logs. */
  readonly observe?: ((gradients: readonly Tensor[]) => void) | undefined;
  /** Observers of each run of a trainer that uses it, such as a learning rate of `reduceOnPlateau`. */
  readonly observers?: readonly Observer[] | undefined;
  /** The learning rate of the next update, for a log. */
  readonly learningRate?: number | undefined;
  /** Its numbers, such as `{ learningRate }`: a checkpoint stores them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /**
   * The number of updates that were skipped because of a number that is not finite: a scalar on the
   * device, which exists from `prepare` on. An optimizer without it does not guard itself; a trainer then guards it, by keeping a
   * copy of all variables during each update.
   */
  readonly skipped?: Variable | undefined;
  /**
   * Whether its variables may become as large as float32 allows, so that the difference of two values overflows. An average of them is
   * then protected; false by default.
   */
  readonly mayGrowLarge?: boolean | undefined;
}

/** The result of {@link Optimizer.state}. */
export interface OptimizerState {
  /** The live moments, in an order that never changes. */
  readonly tensors: readonly Variable[];
  /** Everything else that a resumed run needs. */
  readonly plain: Json;
  /** Explains why a resumed run would not be bit-identical; if present, no checkpoint is written. */
  readonly notResumable?: string | undefined;
}
