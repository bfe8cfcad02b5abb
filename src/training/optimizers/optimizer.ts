import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Json } from '../json.js';

/**
 * Moves variables along their gradients. {@link createAdam} is one; any record of this shape is, and every
 * `tf.Optimizer` is taken in its place.
 */
export interface Optimizer {
  /** Makes the moments for these variables, all zero. Trainers call it when they are made; a second call does nothing. */
  prepare(variables: readonly Variable[]): void;
  /** One update. Disposes no gradient; the moments outlive a tidy around it. Prepares itself if nobody has. */
  apply(gradients: readonly Tensor[], variables: readonly Variable[]): void;
  /** The live moments, which the caller does not dispose, and what else a resumed run needs. */
  state(): OptimizerState;
  /** Takes over `state().plain` of an equal optimizer; throws before anything changed. */
  restore(plain: Json): void;
  /** Frees the moments. */
  dispose(): void;
  /**
   * Updates not applied because they would have brought in a number that is not finite, counted on the device: a
   * scalar. A trainer guards an optimizer without it by keeping a copy of all variables during each update.
   */
  readonly skipped?: Variable | undefined;
}

/** What {@link Optimizer.state} gives. */
export interface OptimizerState {
  /** The live moments, in an order that never changes. */
  readonly tensors: readonly Variable[];
  /** What else a resumed run needs. */
  readonly plain: Json;
  /** Names what keeps a resumed run from being the same to the bit; then no checkpoint is written. */
  readonly notResumable?: string | undefined;
}
