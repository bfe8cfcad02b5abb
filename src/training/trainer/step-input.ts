import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../../nets/network.js';
import type { RandomStream } from '../../random/index.js';

/** What a model is given for one update or one evaluation. */
export interface StepInput<Seen = unknown> {
  /** The examples, float32 `[batch, ...]`. */
  readonly x: Tensor;
  /** What they come with: int32 `[batch]` or float32 `[batch, d]`. */
  readonly condition: Tensor | undefined;
  /** Steps of the trainer's life before this one, which checkpoints keep: every {@link Schedule} hangs on it. */
  readonly step: number;
  /** Draws all noise of the step. In `evaluate` it is the same at every call. */
  readonly random: RandomStream;
  /** What networks are called with: whether they train, the condition and the stream. */
  readonly options: StepOptions;
  /**
   * Shows the trainer's `watch` what it looks at. `show` is called in every eighth step, if there is a watch, and never in `evaluate`.
   */
  look(show: () => Seen): void;
}

/** What networks are called with in a step or an evaluation. */
export interface StepOptions extends ApplyOptions {
  /** True in a step, false in an evaluation. */
  readonly training: boolean;
  /** The stream of the step. */
  readonly random: RandomStream;
}

/** A loss to be minimised, a scalar, with whatever is wanted beside it. */
export type WithLoss<N extends string> = {
  /** What is minimised, a scalar. */
  readonly loss: Tensor;
} & Readonly<Record<N, Tensor>>;

/** One step of a game, in which several parts are updated one after the other. */
export interface GameStep<Seen = unknown> extends StepInput<Seen> {
  /**
   * One update of a part along the gradient of a loss. The part's variables and statistics move, nothing of another part.
   *
   * @param part - a name among the trainer's `optimizers`
   * @param loss - called once, on tfjs's tape
   * @returns what `loss` gave, as it was before the update; freed at the end of the step
   */
  update<N extends string>(part: string, loss: () => WithLoss<N>): WithLoss<N>;
  /**
   * A pass through a part whose gradient is asked for later in the step, when other parts have been updated. The part's
   * statistics move.
   */
  pass(part: string, f: () => Tensor): Pass;
  /** A pass in which no part is trained: statistics that it moves are put back. */
  still(f: () => Tensor): Tensor;
}

/** A pass through a part that is on record. */
export interface Pass {
  /** What the pass gave. Other updates take it as a constant. */
  readonly output: Tensor;
  /**
   * One update of the part along the gradient of a loss of `output`: dL/doutput is taken first, and pulled back through the
   * pass. Called once at most.
   */
  update<N extends string>(loss: () => WithLoss<N>): WithLoss<N>;
}
