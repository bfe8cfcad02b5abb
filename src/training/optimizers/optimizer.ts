import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Json } from '../json.js';

/**
 * Moves variables along their gradients. {@link createAdam} makes one, any record of this shape is one, and a
 * `tf.Optimizer` is accepted in its place.
 */
export interface Optimizer {
  /** Makes the moments for these variables, all zero. Trainers call it when they are made; a second call does nothing. */
  prepare(variables: readonly Variable[]): void;
  /** One update. Disposes no gradient; the moments outlive a tidy around it. It prepares itself if `prepare` has not been called. */
  apply(gradients: readonly Tensor[], variables: readonly Variable[]): void;
  /** The live moments, which the caller does not dispose, and whatever else a resumed run needs. */
  state(): OptimizerState;
  /** Takes over `state().plain` of an equal optimizer; throws before anything has changed. */
  restore(plain: Json): void;
  /** Frees the moments. */
  dispose(): void;
  /** Called with the gradients of each update before they are clipped, which it does not dispose; for an optimizer that watches another. */
  readonly observe?: ((gradients: readonly Tensor[]) => void) | undefined;
  /** The learning rate of the next update, for a log. */
  readonly learningRate?: number | undefined;
  /** Its numbers, such as `{ learningRate }`: a checkpoint holds them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /**
   * The count of updates that were left out because they would have brought in a number that is not finite: a scalar on the
   * device, there from `prepare` on. An optimizer without it does not guard itself; a trainer then does, by keeping what all
   * variables hold during each update.
   */
  readonly skipped?: Variable | undefined;
  /**
   * Whether its variables may become as large as float32 allows, so that the difference of two is infinite. An average of them is
   * then protected; false by default.
   */
  readonly mayGrowLarge?: boolean | undefined;
}

/** What {@link Optimizer.state} gives. */
export interface OptimizerState {
  /** The live moments, in an order that never changes. */
  readonly tensors: readonly Variable[];
  /** Whatever else a resumed run needs. */
  readonly plain: Json;
  /** Names what keeps a resumed run from being bit-identical; if it is there, no checkpoint is written. */
  readonly notResumable?: string | undefined;
}
