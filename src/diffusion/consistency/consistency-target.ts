import type { Tensor } from '@tensorflow/tfjs-core';
import type { StepOptions } from '../../training/trainer/step-input.js';
import type { Denoiser } from '../denoiser.js';

/** A batch with its noise, from which a {@link ConsistencyTarget} computes the losses. */
export interface ConsistencyInput {
  /** The denoiser that is trained. */
  readonly student: Denoiser;
  /** Data, float32 `[batch, ...]`. */
  readonly x: Tensor;
  /** A draw from N(0, I), of the shape of x. */
  readonly noise: Tensor;
  /** A timestep for each example, in 0 ... steps - 1. */
  readonly timesteps: Int32Array;
  /** The trainer's steps before this one. */
  readonly step: number;
  /** The options for calls of the student: whether it is training, the condition, and the stream of its dropout. */
  readonly options: StepOptions;
}

/**
 * What a denoiser learns so that few calls are enough: the error of each example. {@link easyConsistency}, {@link consistencyDistillation}
 * and {@link shortcut} make such records; you can also write one by hand.
 *
 * @example
 * ```ts
 * const plain: ConsistencyTarget = {
 *   name: 'plain',
 *   losses: ({ student, x, noise, timesteps, options }) => {
 *     const at = tf.tensor1d(timesteps, 'int32');
 *     const xt = addNoise(x, noise, at, student.schedule);
 *     const { sample } = student.estimate(xt, at, options);
 *     return tf.mean(tf.square(tf.sub(sample, x)), 1);
 *   },
 * };
 * console.log(plain.name); // plain
 * ```
 */
export interface ConsistencyTarget {
  /** Stored with the trainer: a run is only resumed with a target of the same name. */
  readonly name: string;
  /** Throws unless the student can be trained with this target. */
  check?(where: string, student: Denoiser): void;
  /**
   * The error of each example.
   *
   * @returns float32 `[batch]`; their mean is minimised
   */
  losses(input: ConsistencyInput): Tensor;
}
