import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFloat, checkFunction, checkResult, checkSameShape } from '../tensor/checks.js';
import { calling, checkCopy, copyWith } from '../tensor/own-members.js';
import type { Denoiser, DenoiserEstimate } from './denoiser.js';
import { scalesOf } from './noise-schedule.js';
import { checkTimesteps, mixByTimestep, withinTable } from './per-example.js';
import { conversionAt, predictSample } from './prediction-target.js';

/** What an estimate is made from: an output for x_t, its meaning, and the schedule. */
type Predictor = Pick<Denoiser, 'predict' | 'predicts' | 'schedule'>;
type EstimateArguments = Parameters<Denoiser['estimate']>;

/** The method `estimate` as this library makes it. Its two functions are not members of the denoiser, so a copy with a user's `estimate` lacks them. */
interface OwnEstimate {
  (...args: EstimateArguments): DenoiserEstimate;
  /** The estimate of the data alone, without the kernels for the noise. */
  readonly sample: (...args: EstimateArguments) => Tensor;
  /** The arguments of {@link withSample}, which made it. */
  readonly wraps?: Parameters<typeof withSample>;
}

/** Makes the estimate from a prediction. */
export function estimateFrom(by: Predictor): OwnEstimate {
  const sample: OwnEstimate['sample'] = (...args) => {
    const [xt, timesteps] = args;
    return convert(by, 'sample', xt, timesteps, () => checkedPrediction('estimate', by, ...args));
  };
  return ownEstimate(by, by, { sample });
}

/** The estimate of a record `of`, whose two parts are computed from the prediction `by`. */
function ownEstimate(of: Predictor, by: Predictor, own: Pick<OwnEstimate, 'sample' | 'wraps'>): OwnEstimate {
  const { predict, predicts, schedule } = of;
  const estimate = (...args: EstimateArguments): DenoiserEstimate => bothParts(by, ...args);
  return calling({ predict, predicts, schedule }, estimate, own);
}

/** The record's prediction, which may be a user's own, checked. */
export function checkedPrediction(where: string, by: Pick<Denoiser, 'predict'>, ...args: EstimateArguments): Tensor {
  const y = by.predict(...args);
  checkResult(where, 'denoiser.predict(...)', y, args[0].shape);
  return y;
}

/** Both parts of x_t, from a prediction. */
function bothParts(by: Predictor, ...[xt, timesteps, options]: EstimateArguments): DenoiserEstimate {
  const where = 'estimate';
  checkNoised(where, xt, timesteps);
  return tf.tidy(() => {
    const input = withinTable(where, xt, timesteps, by.schedule.steps);
    const y = checkedPrediction(where, by, input, timesteps, options);
    const part = (name: keyof DenoiserEstimate): Tensor => convert(by, name, input, timesteps, () => y);
    return { sample: part('sample'), noise: part('noise') };
  });
}

function convert(by: Predictor, part: keyof DenoiserEstimate, xt: Tensor, timesteps: Tensor, y: () => Tensor): Tensor {
  const weights = (t: number) => conversionAt(by.predicts, ...scalesOf(by.schedule, t))[part];
  return mixByTimestep(weights, timesteps, by.schedule.steps, () => xt, y);
}

/**
 * A copy of a denoiser with another estimate of the data; the estimate of the noise is the rest of x_t. The function `sample` gets the
 * denoiser that it wraps.
 */
export function withSample(
  denoiser: Denoiser,
  sample: (wrapped: Denoiser, ...args: EstimateArguments) => Tensor,
): Denoiser & { readonly estimate: OwnEstimate } {
  const predict = (...args: EstimateArguments): Tensor => sample(denoiser, ...args);
  const by = { predict, predicts: predictSample, schedule: denoiser.schedule };
  return { ...denoiser, estimate: ownEstimate(denoiser, by, { sample: predict, wraps: [denoiser, sample] }) };
}

/** A copy of a denoiser with another `predict` and the estimate that follows, through all of our wrappers. */
export function copyWithPredict(denoiser: Denoiser, predict: Denoiser['predict']): Denoiser {
  const complete = (copy: Denoiser): Denoiser => {
    const wraps = (denoiser.estimate as OwnEstimate | undefined)?.wraps;
    const { estimate } = wraps
      ? withSample(copyWithPredict(wraps[0], predict), wraps[1])
      : { estimate: estimateFrom(copy) };
    return { ...copy, estimate };
  };
  return copyWith('withPredict', 'denoiser', denoiser, 'predict', predict, complete);
}

/** The estimate of the data by a denoiser's `estimate`. */
export function estimateSample(where: string, denoiser: Denoiser, ...args: EstimateArguments): Tensor {
  checkFunction(where, 'denoiser.estimate', denoiser.estimate);
  checkCopy(where, 'denoiser', denoiser, 'estimate', 'Use withPredict.');
  const own = denoiser.estimate as Partial<OwnEstimate>;
  if (own.sample !== undefined) return own.sample(...args);
  return tf.tidy(() => {
    const sample = (denoiser.estimate(...args) as DenoiserEstimate | undefined)?.sample;
    checkResult(where, 'denoiser.estimate(...).sample', sample);
    checkSameShape(where, 'denoiser.estimate(...).sample', sample, 'xt', args[0]);
    // a clone, because the caller disposes the result, and this may be a tensor that the user keeps
    return tf.clone(sample);
  });
}

export function checkNoised(where: string, xt: Tensor, timesteps: Tensor): void {
  checkFloat(where, 'xt', xt);
  checkTimesteps(where, timesteps, xt);
}
