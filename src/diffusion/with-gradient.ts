import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { freeTape } from '../gradients/free-tape.js';
import { record } from '../gradients/record.js';
import type { ApplyOptions } from '../nets/network.js';
import { checkBoolean, checkFunction, checkNumber, checkResult } from '../tensor/checks.js';
import { missingKernel, unusable } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkDenoiser, type Denoiser } from './denoiser.js';
import { estimateSample, withSample } from './estimate.js';
import { scalesOf, snrOf } from './noise-schedule.js';
import { mixByTimestep } from './per-example.js';
import { checkGuidance } from './with-guidance.js';

/** Where an estimate was made, for the loss of {@link withGradient}. */
export interface EstimatedAt extends Pick<ApplyOptions, 'condition' | 'conditions'> {
  /** The noised data, `[batch, ...]`. */
  readonly xt: Tensor;
  /** int32 `[batch]`. */
  readonly timesteps: Tensor;
}

/** Options of {@link withGradient}. */
export interface GradientGuidanceOptions {
  /**
   * What samples should make small, for each example: a differentiable function of the estimate of x_0, `[batch, ...]`, to `[batch]`. In
   * nats, as -log p(y | x_0), a scale of 1 is Bayes' rule.
   */
  readonly loss: (estimate: Tensor, at: EstimatedAt) => Tensor;
  /** The factor of the gradient, 1 by default. A function gets the signal-to-noise ratio alpha^2 / sigma^2, and may return 0. */
  readonly scale?: number | ((snr: number) => number) | undefined;
  /**
   * Whether the gradient stops at the estimate, so that nothing is differentiated through the network: quicker, for a pull on
   * each number by itself. False by default.
   */
  readonly estimateOnly?: boolean | undefined;
}

/** The smallest alpha that is divided by: the verdict 'target blows up' has the same limit, 250, for an error of the network. */
const MIN_ALPHA = 1 / 250;

/**
 * A denoiser whose estimate is moved downhill on any differentiable function of it: a classifier's cross-entropy, the distance from a
 * colour, the error of a reconstruction.
 *
 * estimate = x - scale (sigma^2 / alpha) grad_(x_t) loss(x, x_t), where x is the denoiser's estimate at x_t, which depends on x_t, too;
 * with `estimateOnly`, estimate = x - scale sigma^2 grad_x loss(x, x_t)
 *
 * d x / d x_t of the best estimate is alpha / sigma^2 times the covariance of x_0 given x_t. So both formulas move x by a covariance times
 * the gradient, in the unit of the data; the second takes sigma^2, that of data with independent numbers of variance 1. The first has no
 * slope to follow at alpha 0, and moves nothing there; it never divides by less than 1/250.
 *
 * It calls the `estimate` of the denoiser that it wraps, so wrappers can be combined in any order. A clip within it stops the gradient
 * where it clips, so put {@link withClip} outside.
 *
 * @param denoiser - see {@link createDenoiser}; `predict` stays as it is
 * @param options - see {@link GradientGuidanceOptions}
 * @returns a denoiser that shares the network
 * @throws TypeError or RangeError if an option is wrong; `estimate` also throws {@link ShapeError} unless the loss has shape `[batch]`,
 *   and Error if there is no gradient
 * @remarks -log p(y | estimate) is sharper than -log p(y | x_t), as the estimate is uncertain: with a large scale, samples gather where the
 *   loss is smallest. Losses of a picture's sum or mean differ by its size; choose the scale for yours.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const schedule = cosineSchedule({ steps: 200 });
 * const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
 * // the first number is observed: 1.5, with the variance 0.1
 * const loss = (estimate: tf.Tensor) => {
 *   const first = tf.slice(estimate, [0, 0], [-1, 1]);
 *   return tf.sum(tf.div(tf.square(tf.sub(first, 1.5)), 0.2), 1);
 * };
 * const samples = await sampleDdim(withGradient(denoiser, { loss }), { shape: [3, 2], steps: 10, random });
 * console.log(samples.shape); // [3, 2]
 * ```
 * @see Chung et al. 2023, https://arxiv.org/abs/2209.14687; with `estimateOnly`, He et al. 2024, https://arxiv.org/abs/2311.16424
 */
export function withGradient(denoiser: Denoiser, options: GradientGuidanceOptions): Denoiser {
  const where = 'withGradient';
  checkDenoiser(where, 'denoiser', denoiser);
  const { loss, scale, estimateOnly } = readOptions(where, options, {
    loss: checkFunction,
    scale: { is: checkGuidance, default: 1 },
    estimateOnly: { is: checkBoolean, default: false },
  });
  const made = withSample(denoiser, (wrapped, xt, timesteps, how) => {
    const { schedule } = wrapped;
    const weights = (t: number): [ofEstimate: number, ofGradient: number] => {
      const factor = typeof scale === 'function' ? scale(snrOf(schedule, t)) : scale;
      checkNumber(where, 'scale', factor);
      const [alpha, sigma] = scalesOf(schedule, t);
      return [1, (-factor * sigma ** 2) / (estimateOnly ? 1 : Math.max(alpha, MIN_ALPHA))];
    };
    const at: EstimatedAt = { xt, timesteps, condition: how?.condition, conditions: how?.conditions };
    return tf.tidy(() => {
      const estimateOf = (): Tensor => estimateSample(where, wrapped, xt, timesteps, how);
      const pass = estimateOnly ? undefined : record(estimateOf);
      const estimate = pass?.output ?? estimateOf();
      const slope = (): Tensor => {
        const total = (): Tensor => tf.sum(checkedLoss(where, loss, estimate, at));
        const [ofEstimate, ofNoised] = gradientsOf(where, 'loss', () => gradientsBy(total, [estimate, xt]));
        const direct = pass && ofNoised;
        if (ofEstimate == null) return direct ?? notDifferentiable(where, 'loss');
        if (pass === undefined) return ofEstimate;
        const argument = 'denoiser.estimate';
        const [through] = gradientsOf(where, argument, () => pass.pullBack(ofEstimate, [xt]));
        if (through == null) return notDifferentiable(where, argument);
        return direct == null ? through : tf.add(through, direct);
      };
      try {
        return mixByTimestep(weights, timesteps, schedule.steps, () => estimate, slope);
      } finally {
        pass?.free();
      }
    });
  });
  return Object.freeze(made);
}

function checkedLoss(where: string, loss: GradientGuidanceOptions['loss'], estimate: Tensor, at: EstimatedAt): Tensor {
  const value = loss(estimate, at);
  const fix = 'Sum over all axes but the first: one number for each example.';
  checkResult(where, 'loss(...)', value, [estimate.shape[0]], fix);
  return value;
}

type Gradients = readonly (Tensor | null | undefined)[];

const gradientsBy = (total: () => Tensor, xs: Tensor[]): Gradients =>
  tf.engine().gradients(total, xs, undefined, true).grads;

/** The gradients of a gradient call, null where there are none; throws if one of the operations has none. */
function gradientsOf(where: string, argument: string, call: () => Gradients): Gradients {
  checkGradientsRegistered(where);
  try {
    return call();
  } catch (error) {
    freeTape();
    // tfjs's "Cannot compute gradient: gradient function not found for Floor."
    const [, kernel] = /gradient function not found for (\w+)/.exec(String(error)) ?? [];
    if (kernel === undefined) throw missingKernel(error) ?? error;
    return notDifferentiable(where, argument, `one through ${kernel}, which has no gradient`);
  }
}

function notDifferentiable(where: string, argument: string, seen = 'one without a gradient'): never {
  const [rule, fix] =
    argument === 'loss'
      ? ['must be a differentiable function of the estimate', 'Compute it from the estimate with tfjs operations.']
      : ['must be differentiable in xt', 'Set estimateOnly: true, or add the losses of two in one.'];
  throw unusable(where, argument, rule, { seen, fix });
}
