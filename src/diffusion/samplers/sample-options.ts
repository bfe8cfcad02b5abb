import type { Tensor } from '@tensorflow/tfjs-core';
import type { Conditions } from '../../nets/network.js';
import type { RandomStream } from '../../random/stream.js';
import type { ClipOptions } from '../with-clip.js';
import type { GuidanceOptions } from '../with-guidance.js';
import type { KnownRegion } from './known-region.js';

/** Noised data from which a sampler starts. */
export interface NoisedData {
  /** x_t, `[batch, ...]`: data with noise added, not the data themselves. */
  readonly x: Tensor;
  /** Its timestep, in 0 ... steps - 1. */
  readonly timestep: number;
}

/** The argument of {@link SampleOptions.onStep}. */
export interface SampleProgress {
  /** Steps so far, counted from 1. */
  readonly step: number;
  /** The total number of steps. */
  readonly steps: number;
  /** The current estimate of x_0; disposed after the call, or when the promise that it returns is settled. */
  readonly estimate: Tensor;
  /**
   * The noised data x_t from which the estimate was made, at first the noise itself; disposed with the estimate. With the samples that the
   * sampler returns, these are the way of each example. For {@link invertDdim} they are the data that the step has made.
   */
  readonly xt: Tensor;
  /** The timestep of `xt`. */
  readonly timestep: number;
  /** The place of the first of these examples in the whole batch: 0, unless `batchSize` divides it. */
  readonly start: number;
}

/** How the denoiser is called at each timestep, through {@link withGuidance} and then {@link withClip}, and how sampling is observed. */
export interface DenoisingOptions extends GuidanceOptions, ClipOptions {
  /** Class labels, int32 `[batch]`; or numbers per example, float32 `[batch, ...]`. None by default. */
  readonly condition?: Tensor | undefined;
  /** Further conditions by name, for networks made with {@link withPicture} or {@link withNamedCondition}; none by default. */
  readonly conditions?: Conditions | undefined;
  /**
   * Whether labels may be -1, for no class. By default they may not: -1 is also what `names.indexOf(name)` gives for an unknown name, and
   * the picture would be of anything.
   */
  readonly allowNoClass?: boolean | undefined;
  /** Stops before the next estimate; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step. */
  readonly onStep?: ((progress: SampleProgress) => void | Promise<void>) | undefined;
  /**
   * Milliseconds of work between two pauses in which the event loop runs; 16 by default. The work of all samplers in the process counts, so
   * that many at the same time do not block a server.
   */
  readonly yieldAfter?: number | undefined;
}

/** The timesteps at which the denoiser is called: `steps` or `timesteps`, not both; all by default. */
export interface TimestepOptions {
  /** Number of timesteps; the solver spaces them. By default, all timesteps of the schedule. */
  readonly steps?: number | undefined;
  /** The timesteps themselves, in decreasing order; those of `steps` by default. */
  readonly timesteps?: ArrayLike<number> | undefined;
}

/** Options of the samplers. */
export interface SampleOptions extends DenoisingOptions, TimestepOptions {
  /** The shape of the samples, `[batch, ...]`; by default that of `from.x`. */
  readonly shape?: readonly number[] | undefined;
  /** The first noise is drawn from this stream, then the noise of each step; nothing is forked. None by default, which is enough if nothing is drawn. */
  readonly random?: RandomStream | undefined;
  /** Inpainting: kept values are exact at the end. A multistep solver gets no `history`, and makes first-order steps. None by default. */
  readonly known?: KnownRegion | undefined;
  /**
   * The number of examples that are sampled at the same time, so that a network's largest activations fit into memory; all by default. The
   * first noise is that of the whole batch, so the result is the same as without, up to rounding, if the steps draw no noise. Steps that do,
   * and `known`, draw it for one part after another. `onStep` is called for each step of each part.
   */
  readonly batchSize?: number | undefined;
  /** Starts from noised data, from {@link addNoise} or {@link invertDdim}; by default from pure noise. */
  readonly from?: NoisedData | undefined;
}
