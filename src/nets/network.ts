import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';

/** Further conditions of a model by name, each like a single one: labels, int32 `[batch]`, or numbers, float32 `[batch, ...]`. */
export type Conditions = Readonly<Record<string, Tensor>>;

/**
 * What a caller may pass to a network besides its input. Parts and networks pass all of it on, and each layer uses what
 * it needs.
 */
export interface ApplyOptions {
  /** True in a training step: dropout is active and batch statistics are updated. By default, neither. */
  readonly training?: boolean | undefined;
  /** The stream from which a layer such as dropout draws its noise; none by default, and then such a layer throws in training. */
  readonly random?: RandomStream | undefined;
  /** Class labels, int32 `[batch]` with -1 for none; or numbers per example, float32 `[batch, ...]`, such as a vector. None by default. */
  readonly condition?: Tensor | undefined;
  /** Further conditions, for {@link withPicture} and {@link withNamedCondition}; none by default. */
  readonly conditions?: Conditions | undefined;
  /** Noise steps, int32 `[batch]`, for networks of diffusion models; none by default. */
  readonly timesteps?: Tensor | undefined;
  /** The size of each example's step, int32 `[batch]`: k for 1 / 2^k of the way from noise to data, -1 for none, the default. See {@link shortcut}. */
  readonly stepSize?: Tensor | undefined;
  /** The blocks of latents above, float32 `[rows, d]`, for the networks of a hierarchical encoder or prior; none by default. */
  readonly latents?: Tensor | undefined;
}

/** Something that owns variables and frees them: a network, or a part made of one. */
export interface Part {
  /** What an optimizer may change, in an order that never changes: saved weights are matched by it. */
  readonly variables: readonly Variable[];
  /** Saved with the model, not optimized: norm statistics, for example. None if absent. */
  readonly buffers?: readonly Variable[] | undefined;
  /** Explains why a resumed run would not be bit-identical; if present, no checkpoint is written. */
  readonly notResumable?: string | undefined;
  /** Frees the variables and buffers. A second call does nothing. */
  dispose(): void;
}

/**
 * A function of a tensor with the variables it depends on. Anything of this shape can be trained by this library: the
 * layers and networks of this entry, a tfjs layers model through `fromLayersModel`, or a record written by hand.
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
  /** How many step sizes it reads from `options.stepSize`; absent if it reads none. */
  readonly stepSizes?: number | undefined;
  /**
   * Computes the network's output for a batch.
   *
   * @param input - `[batch, ...]`; the caller keeps it
   * @param options - other inputs, needed by layers such as dropout or a class embedding
   * @returns `[batch, ...]`, a new tensor that the caller disposes
   */
  apply(input: Tensor, options?: ApplyOptions): Tensor;
}

/**
 * A layer whose weights can be replaced by a function of them, as {@link spectralNorm} does; {@link dense},
 * {@link conv2d}, {@link conv2dTranspose}, {@link conv1d} and {@link conv1dTranspose} make such layers.
 */
export interface WeightedLayer extends Network {
  /** The axis of the weights, `variables[0]`, that indexes the outputs. */
  readonly outputAxis: number;
  /** `apply` with other tensors of the same shapes in place of the variables. */
  applyWith(variables: readonly Tensor[], input: Tensor): Tensor;
}

/**
 * An activation: a differentiable function of a tensor, applied to each number. Ours have correct second derivatives,
 * which penalties on gradients need; so does `tf.relu`, and after {@link repairGradients} every activation of tfjs.
 */
export type Activation = (x: Tensor) => Tensor;
