import type { Tensor } from '@tensorflow/tfjs-core';
import { noConditions } from '../nets/conditions/drop-condition.js';
import { checkNumber } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkDenoiser, type Denoiser } from './denoiser.js';
import { estimateSample, withSample } from './estimate.js';
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
 * The option `guidance` of a sampler is this wrapper. It calls the `estimate` of the denoiser that it wraps, so wrappers can be combined
 * in any order.
 *
 * @param denoiser - see {@link createDenoiser}; `predict` stays as it is
 * @param options - see {@link GuidanceOptions}
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
 * @see Ho and Salimans 2021, equation 6, https://arxiv.org/abs/2207.12598; Karras et al. 2024, https://arxiv.org/abs/2406.02507
 */
export function withGuidance(denoiser: Denoiser, options: GuidanceOptions): Denoiser {
  const where = 'withGuidance';
  checkDenoiser(where, 'denoiser', denoiser);
  const made = guided(where, denoiser, readOptions(where, options, { guidance: guidanceRule, guide: guideRule }));
  return made === denoiser ? made : Object.freeze(made);
}

/** {@link withGuidance}, for a sampler. */
export function guided(where: string, denoiser: Denoiser, { guidance = 1, guide }: GuidanceOptions): Denoiser {
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
    return mixByTimestep(
      weights,
      timesteps,
      schedule.steps,
      () => estimateBy(wrapped),
      () => (guide ? estimateBy(guide) : estimateBy(wrapped, { ...options, ...noConditions(options!) })),
    );
  });
}
