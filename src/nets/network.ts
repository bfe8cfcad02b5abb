import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';

/**
 * What a caller may hand to a network beside its input. Each part and each network hands on the whole of it, and a
 * layer takes what it needs.
 */
export interface ApplyOptions {
  /** True inside a training step: dropout draws, batch statistics move. False or absent: neither. */
  readonly training?: boolean | undefined;
  /** Where a layer such as dropout draws its noise from. */
  readonly random?: RandomStream | undefined;
  /** Class labels, int32 `[batch]` with -1 for none; or a vector per example, float32 `[batch, d]`. */
  readonly condition?: Tensor | undefined;
  /** Steps of noise, int32 `[batch]`; a denoiser hands them to its network. */
  readonly timesteps?: Tensor | undefined;
}

/** What owns variables and frees them: a network, or a part made of one. */
export interface Part {
  /** What an optimizer may move, in an order that never changes: saved weights are matched by it. */
  readonly variables: readonly Variable[];
  /** Saved with the model, not optimized: norm statistics, for example. None if absent. */
  readonly buffers?: readonly Variable[] | undefined;
  /** Names what keeps a resumed run from being the same to the bit; then no checkpoint is written. Absent: nothing. */
  readonly notResumable?: string | undefined;
  /** Frees the variables and buffers. A second call does nothing. */
  dispose(): void;
}

/**
 * A function of a tensor with the variables it depends on. Anything of this shape can be trained by this library: the
 * layers and networks of this entry, a tfjs layers model by way of `fromLayersModel`, or a record written by hand.
 *
 * @example
 * ```ts
 * const scale = tf.variable(tf.scalar(2));
 * const network: Network = {
 *   apply: (x) => tf.mul(x, scale),
 *   variables: [scale],
 *   dispose: () => scale.dispose(),
 * };
 * const [four] = await network.apply(tf.tensor1d([2])).data(); // 4
 * ```
 */
export interface Network extends Part {
  /**
   * Gives the network's output for a batch.
   *
   * @param input - `[batch, ...]`; the caller keeps it
   * @param options - what layers such as dropout or a class embedding need beside it
   * @returns `[batch, ...]`, a tensor of its own that the caller disposes
   */
  apply(input: Tensor, options?: ApplyOptions): Tensor;
}

/**
 * A layer with a weight tensor that can be replaced by a function of it, as {@link spectralNorm} does: {@link dense},
 * {@link conv2d} and {@link conv2dTranspose} are such.
 */
export interface WeightedLayer extends Network {
  /** The axis of the weights, `variables[0]`, along which the outputs are counted. */
  readonly outputAxis: number;
  /** `apply` with other tensors, of the shapes of the variables, in their place. */
  applyWith(variables: readonly Tensor[], input: Tensor): Tensor;
}

/**
 * An activation: a differentiable function of a tensor, applied to each number. Ours are right to the second derivative,
 * which a penalty on gradients needs; so is `tf.relu`, and after {@link repairGradients} any of tfjs's.
 */
export type Activation = (x: Tensor) => Tensor;
