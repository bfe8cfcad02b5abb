import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkSameShape, checkTensor } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { checkTimestep, scalesOf, type NoiseSchedule } from '../noise-schedule.js';
import type { Rules } from '../../tensor/options.js';

/** Noised data and an estimate of either the data or the noise. */
export interface EstimateOrNoise {
  /** Noised data, float32 `[batch, ...]`. */
  readonly xt: Tensor;
  /** The estimate of the data x_0, of the shape of xt; by default that of `predictedNoise`. */
  readonly estimate?: Tensor | undefined;
  /** The estimate of the noise in xt, of the shape of xt; by default that of `estimate`. */
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
  options: EstimateOrNoise,
  schedule: NoiseSchedule,
  from: number,
  argument: string,
): ReadEstimate {
  const known = checkEstimate(where, options);
  checkTimestep(where, argument, from, schedule);
  const [alpha, sigma] = scalesOf(schedule, from);
  if (options.estimate === undefined && alpha === 0) {
    const rule = 'must be a timestep with alphaBar above 0, at which the noise determines the data';
    const fix = 'Give `estimate`, which a denoiser has at every timestep.';
    throw outOfRange(where, argument, rule, { got: from, fix });
  }
  const [ofXt, ofKnown] = options.estimate ? [0, 1] : dataWeights(alpha, sigma);
  return { known, ofXt, ofKnown };
}

/** The coefficients of xt and the noise in the data. */
export const dataWeights = (alpha: number, sigma: number): [ofXt: number, ofNoise: number] => [
  1 / alpha,
  -sigma / alpha,
];

/** Returns the one of `estimate` and `predictedNoise` that is given; throws unless it is only one, of the shape of xt. */
export function checkEstimate(where: string, { xt, estimate, predictedNoise }: EstimateOrNoise): Tensor {
  checkLikeNoised(where, 'xt', xt, xt);
  if ((estimate === undefined) === (predictedNoise === undefined)) {
    const seen = estimate === undefined ? 'neither' : 'both';
    throw wrongKind(where, 'estimate', 'or `predictedNoise` must be given, not both', { seen });
  }
  const known = estimate ?? predictedNoise;
  checkLikeNoised(where, estimate ? 'estimate' : 'predictedNoise', known, xt);
  return known;
}

/** Throws unless `value` is float32 of the shape of xt. */
export function checkLikeNoised(where: string, argument: string, value: unknown, xt: Tensor): asserts value is Tensor {
  checkExamples(where, argument, value, 1);
  checkSameShape(where, argument, value, 'xt', xt);
}
