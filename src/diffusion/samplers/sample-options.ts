import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import type { Denoiser } from '../denoiser.js';

/** Noised data at which a sampler begins. */
export interface NoisedData {
  /** x_t, `[batch, ...]`: data with noise added, not the data themselves. */
  readonly x: Tensor;
  /** Its timestep, in 0 ... steps - 1. */
  readonly timestep: number;
}

/** What {@link SampleOptions.onStep} gets. */
export interface SampleProgress {
  /** Steps so far, counted from 1. */
  readonly step: number;
  /** The total number of steps. */
  readonly steps: number;
  /** The current estimate of x_0; disposed after the call, or when the promise that it returns is settled. */
  readonly estimate: Tensor;
}

/** How the network is called at each timestep, and how the sampling is watched. */
export interface WalkOptions {
  /** Class labels, int32 `[batch]` with -1 for none; or a vector per example, float32 `[batch, d]`. */
  readonly condition?: Tensor | undefined;
  /**
   * How far the estimate moves from that without the condition, u, towards that with it, c: u + guidance (c - u). 1, the default,
   * is neutral and costs nothing. A function gets the signal-to-noise ratio alpha^2 / sigma^2, and may return 1 outside an interval.
   */
  readonly guidance?: number | ((snr: number) => number) | undefined;
  /** A weaker denoiser of the same schedule, whose estimate with the same condition replaces u (autoguidance). */
  readonly guide?: Denoiser | undefined;
  /** The estimate of x_0 is clipped to this range; by default it is not clipped. */
  readonly clip?: readonly [low: number, high: number] | undefined;
  /** Stops before the next call of the network; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step. */
  readonly onStep?: ((progress: SampleProgress) => void | Promise<void>) | undefined;
  /** Milliseconds of work between two pauses in which the event loop runs; 16 by default. */
  readonly yieldAfter?: number | undefined;
  /** The clock, in milliseconds; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** The names of {@link WalkOptions}. */
export const WALK_NAMES = 'condition guidance guide clip signal onStep yieldAfter now';

/** The timesteps at which the network is called: `steps` or `timesteps`, not both; all by default. */
export interface TimestepOptions {
  /** Number of timesteps; the solver spaces them. */
  readonly steps?: number | undefined;
  /** The timesteps themselves, in decreasing order. */
  readonly timesteps?: ArrayLike<number> | undefined;
}

/** Known regions: the rest is painted to fit. */
export interface KnownRegion {
  /** The data, of the shape of the samples or broadcast to it; finite, also where they are not kept. */
  readonly x: Tensor;
  /** 1 where x is kept, 0 where it is painted, or in between; float32, broadcast to the shape of the samples. */
  readonly mask: Tensor;
  /**
   * How many times each step but the last is made, with noise added back in between, so that the two regions come to fit; 5 by default.
   * More come closer to the distribution given what is known, which {@link sampleDdpm} follows best.
   */
  readonly repeats?: number | undefined;
}

/** Options of the samplers. */
export interface SampleOptions extends WalkOptions, TimestepOptions {
  /** The shape of the samples, `[batch, ...]`; by default that of `from.x`. */
  readonly shape?: readonly number[] | undefined;
  /** The first noise is drawn from this stream, then the noise of each step; nothing is forked. Not needed if nothing is drawn. */
  readonly random?: RandomStream | undefined;
  /** Inpainting: kept values are exact at the end. A multistep solver gets no `previous`, and makes steps of first order. */
  readonly known?: KnownRegion | undefined;
  /** Begins at noised data, from {@link addNoise} or {@link invertDdim}, instead of pure noise. */
  readonly from?: NoisedData | undefined;
}
