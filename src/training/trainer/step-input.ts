import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../../nets/network.js';
import type { RandomStream } from '../../random/index.js';

/** The input of a model for one update or one evaluation. */
export interface StepInput {
  /** The examples, float32 `[batch, ...]`. */
  readonly x: Tensor;
  /** The condition of each example: labels, int32 `[batch]`, or vectors, float32 `[batch, d]`. */
  readonly condition: Tensor | undefined;
  /** The trainer's total steps before this one, across checkpoints; every {@link Schedule} depends on it. */
  readonly step: number;
  /** The source of all noise of the step. In `evaluate` it gives the same numbers at every call. */
  readonly random: RandomStream;
  /** The options for networks: whether they are training, the condition and the stream. */
  readonly options: StepOptions;
  /**
   * Passes values to the observers of a run. `show` returns a record of tensors, functions and anything else that observers can use. It is
   * called in every eighth step if an observer has the method `look`, and never in `evaluate`.
   */
  look(show: () => unknown): void;
}

/** Options for calls of networks in a step or an evaluation. */
export interface StepOptions extends ApplyOptions {
  /** True in a step, false in an evaluation. */
  readonly training: boolean;
  /** The stream of the step. */
  readonly random: RandomStream;
}

/** A loss to be minimised, a scalar, and any other metrics. */
export type LossAndMetrics<N extends string> = {
  /** The quantity to minimise, a scalar. */
  readonly loss: Tensor;
} & Readonly<Record<N, Tensor>>;

/** One step of a game, in which several parts are updated one after the other. */
export interface GameStep extends StepInput {
  /**
   * The players among the options of `step`; none in `evaluate`; undefined, as usual, if the game decides. For any other player, `update`
   * and `pass` return the same values and change nothing.
   */
  readonly players: readonly string[] | undefined;
  /**
   * Updates a part along the gradient of a loss. Only the variables and statistics of this part change.
   *
   * @param part - a name among the trainer's `optimizers`
   * @param loss - called once, on tfjs's tape
   * @returns the result of `loss`, from before the update; freed at the end of the step
   */
  update<N extends string>(part: string, loss: () => LossAndMetrics<N>): LossAndMetrics<N>;
  /**
   * Records a pass through a part, whose gradient is needed later in the step, after other parts have been updated. The part's
   * statistics change.
   */
  pass(part: string, f: () => Tensor): GamePass;
  /** Makes a pass that trains no part: statistics that it changes are restored. */
  withoutUpdate(f: () => Tensor): Tensor;
}

/** A recorded pass through a part. */
export interface GamePass {
  /** The output of the pass. Other updates treat it as a constant. */
  readonly output: Tensor;
  /**
   * Updates the part along the gradient of a loss of `output`: dL/doutput is computed first, then backpropagated through the pass.
   * Call it at most once.
   */
  update<N extends string>(loss: () => LossAndMetrics<N>): LossAndMetrics<N>;
}
