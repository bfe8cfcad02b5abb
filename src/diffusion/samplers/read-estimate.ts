import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkSameShape, checkTensor } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { checkTimestep, scalesOf, type NoiseSchedule } from '../noise-schedule.js';
import type { Rules } from '../../tensor/options.js';

/** Noised data and an estimate of either the data or the noise. */
export interface EstimateOrNoise {
  /** Noised data, float32 `[batch, ...]`. */
  readonly xt: Tensor;
  /** The estimate of the data x_0, of the shape of xt. */
  readonly estimate?: Tensor | undefined;
  /** The estimate of the noise in xt, of the shape of xt. */
  readonly predictedNoise?: Tensor | undefined;
}

/** The rule of a tensor that may be absent. */
export const tensorRule = { is: checkTensor, default: undefined } as const;

/** The rules of {@link EstimateOrNoise}, which {@link readEstimate} checks. */
export const estimateRules = {
  xt: {},
  estimate: tensorRule,
  predictedNoise: tensorRule,
} satisfies Rules<EstimateOrNoise>;

/** The estimate of the data as a number times `xt` plus a number times a tensor. */
export interface ReadEstimate {
  readonly known: Tensor;
  readonly ofXt: number;
  readonly ofKnown: number;
}

/**
 * Throws unless exactly one of `estimate` and `predictedNoise` is given, has the shape of xt, and determines the data at timestep `from`.
 */
export function readEstimate(
  where: string,
  { xt, estimate, predictedNoise }: EstimateOrNoise,
  schedule: NoiseSchedule,
  from: number,
  argument: string,
): ReadEstimate {
  checkLikeNoised(where, 'xt', xt, xt);
  checkTimestep(where, argument, from, schedule);
  if ((estimate === undefined) === (predictedNoise === undefined)) {
    const seen = estimate === undefined ? 'neither' : 'both';
    throw wrongKind(where, 'estimate', 'or `predictedNoise` must be given, not both', { seen });
  }
  if (estimate !== undefined) {
    checkLikeNoised(where, 'estimate', estimate, xt);
    return { known: estimate, ofXt: 0, ofKnown: 1 };
  }
  checkLikeNoised(where, 'predictedNoise', predictedNoise, xt);
  const [alpha, sigma] = scalesOf(schedule, from);
  if (alpha === 0) {
    const fix = 'Give `estimate`, which a denoiser has at every timestep.';
    throw outOfRange(
      where,
      argument,
      'must be a timestep with alphaBar above 0, at which the noise determines the data',
      {
        got: from,
        fix,
      },
    );
  }
  return { known: predictedNoise, ofXt: 1 / alpha, ofKnown: -sigma / alpha };
}

/** Throws unless `value` is float32 of the shape of xt. */
export function checkLikeNoised(where: string, argument: string, value: unknown, xt: Tensor): asserts value is Tensor {
  checkExamples(where, argument, value, 1);
  checkSameShape(where, argument, value, 'xt', xt);
}
