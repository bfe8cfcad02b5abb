import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { noConditions } from '../nets/conditions/drop-condition.js';
import { checkBoolean, checkNumber } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkDenoiser, type Denoiser } from './denoiser.js';
import { estimateSample, withSample } from './estimate.js';
import { checkProjection, projected, rescaled, type GuidanceProjection } from './guidance-difference.js';
import { snrOf } from './noise-schedule.js';
import { mixByTimestep } from './per-example.js';

/** Options of {@link withGuidance}, and of every sampler. */
export interface GuidanceOptions {
  /**
   * How far the estimate moves from u, without the condition, towards c, with the condition: u + guidance (c - u). 1, the default, is
   * neutral and costs nothing. A function gets the signal-to-noise ratio alpha^2 / sigma^2, and may return 1 outside an interval.
   */
  readonly guidance?: number | ((snr: number) => number) | undefined;
  /** A weaker denoiser with the same schedule, whose estimate with the same condition replaces u (autoguidance); none by default. */
  readonly guide?: Denoiser | undefined;
}

/** Options of {@link withGuidance}. */
export interface WithGuidanceOptions extends GuidanceOptions {
  /**
   * Changes the difference c - u, because its part along c adds contrast and saturation: `{ along: 0 }` removes this part, and `norm` limits
   * the length. By default the difference stays as it is.
   */
  readonly project?: GuidanceProjection | undefined;
  /** Whether the velocity of u is first multiplied by the number that brings it nearest to that of c; false by default. */
  readonly rescale?: boolean | undefined;
}

/** The rules of {@link GuidanceOptions}; {@link guided} compares the schedules. */
export const guidanceRule = { is: checkGuidance, default: 1 } as const;
export const guideRule = { is: checkDenoiser, default: undefined } as const;

export function checkGuidance(where: string, argument: string, guidance: unknown): void {
  if (typeof guidance !== 'function') checkNumber(where, argument, guidance);
}

/**
 * A denoiser with guidance: its estimate moves away from the estimate without the condition, or from that of a weaker denoiser.
 *
 * estimate = u + guidance (c - u), where c is the estimate with the condition, and u the one without it (labels become -1, vectors 0),
 * or that of `guide`
 *
 * With `rescale`, the velocity v = noise - x of u becomes s v_u, s = (v_c v_u) / (v_u v_u), with products over all numbers of an example.
 * With `project`, the difference d = c - u is multiplied by min(1, norm / |d|), and then becomes d - (1 - along) (d c / (c c)) c.
 *
 * The option `guidance` of a sampler is this wrapper, without `project` and `rescale`. It calls the `estimate` of the denoiser that it wraps, so wrappers can be combined
 * in any order.
 *
 * @param denoiser - see {@link createDenoiser}; `predict` stays as it is
 * @param options - see {@link WithGuidanceOptions}
 * @returns a denoiser that shares the network; if guidance is the number 1, the given denoiser itself
 * @throws TypeError or RangeError if an option is wrong; `estimate` also throws without both a condition and a guide
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, classes: 3, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const guided = withClip(withGuidance(denoiser, { guidance: 2 }), { clip: [-1, 1] });
 * const condition = tf.tensor1d([0, 1, 2], 'int32');
 * const samples = await sampleDdim(guided, { shape: [3, 2], steps: 10, random, condition });
 * console.log(samples.shape); // [3, 2]
 * ```
 * @see Ho and Salimans 2021, equation 6, https://arxiv.org/abs/2207.12598; for `guide` Karras et al. 2024, https://arxiv.org/abs/2406.02507;
 * for `project` Sadat et al. 2024, without momentum, https://arxiv.org/abs/2410.02416; for `rescale` Fan et al. 2025, without its zero
 * start, https://arxiv.org/abs/2503.18886
 */
export function withGuidance(denoiser: Denoiser, options: WithGuidanceOptions): Denoiser {
  const where = 'withGuidance';
  checkDenoiser(where, 'denoiser', denoiser);
  const { project, rescale, ...read } = readOptions(where, options, {
    guidance: guidanceRule,
    guide: guideRule,
    project: { is: checkProjection, default: undefined },
    rescale: { is: checkBoolean, default: false },
  });
  // what is neutral is left out, for the same bits as without the option
  const projection = project && (project.along !== 1 || (project.norm ?? Infinity) < Infinity) ? project : undefined;
  const change: ChangeReference = (u, c, xt, timesteps) => {
    const scaled = rescale ? rescaled(u, c, xt, timesteps, denoiser.schedule) : u;
    return projection ? projected(scaled, c, projection) : scaled;
  };
  const made = guided(where, denoiser, read, rescale || projection ? change : undefined);
  return made === denoiser ? made : Object.freeze(made);
}

/** What replaces u, of an estimate u and one with the condition. */
type ChangeReference = (u: Tensor, c: Tensor, xt: Tensor, timesteps: Tensor) => Tensor;

/** {@link withGuidance}, for a sampler. */
export function guided(
  where: string,
  denoiser: Denoiser,
  { guidance = 1, guide }: GuidanceOptions,
  change?: ChangeReference,
): Denoiser {
  if (guide !== undefined) {
    if (String(guide.schedule.alphaBar) !== String(denoiser.schedule.alphaBar)) {
      throw wrongKind(where, 'guide.schedule', "must be the denoiser's", { seen: 'another' });
    }
  }
  if (guidance === 1) return denoiser;
  return withSample(denoiser, (wrapped, xt, timesteps, options) => {
    const { schedule } = wrapped;
    const weights = (t: number): [ofCondition: number, ofNone: number] => {
      const scale = typeof guidance === 'function' ? guidance(snrOf(schedule, t)) : guidance;
      checkNumber(where, 'guidance', scale);
      return [scale, 1 - scale];
    };
    if (guide === undefined && (options?.condition ?? options?.conditions) === undefined) {
      throw wrongKind(where, 'guidance', 'needs `condition` or `guide`', { seen: 'neither' });
    }
    const estimateBy = (by: Denoiser, how = options): Tensor => estimateSample(where, by, xt, timesteps, how);
    const [ofCondition, ofNone] = [
      () => estimateBy(wrapped),
      () => (guide ? estimateBy(guide) : estimateBy(wrapped, { ...options, ...noConditions(options!) })),
    ];
    const mix = (c: () => Tensor, u: () => Tensor): Tensor => mixByTimestep(weights, timesteps, schedule.steps, c, u);
    if (change === undefined) return mix(ofCondition, ofNone);
    return tf.tidy(() => {
      const c = ofCondition();
      return mix(
        () => c,
        () => change(ofNone(), c, xt, timesteps),
      );
    });
  });
}
