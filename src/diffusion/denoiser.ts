import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNetwork } from '../nets/check-network.js';
import type { ApplyOptions, Network, Part } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import { checkFunction, checkRecord, checkSameShape } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { madeBy } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { checkNoised, estimateFrom } from './estimate.js';
import { checkNoiseSchedule, scalesOf, type NoiseSchedule } from './noise-schedule.js';
import { withinTable } from './per-example.js';
import { conversionAt, type PredictionTarget } from './prediction-target.js';

/** A denoiser's estimate for noised data: both parts of x_t = alpha sample + sigma noise. */
export interface DenoiserEstimate {
  /** The estimate of the data x_0, of the shape of x_t. */
  readonly sample: Tensor;
  /** The estimate of the noise, of the shape of x_t. */
  readonly noise: Tensor;
}

/** A network that separates noised data into data and noise, with its noise schedule and the meaning of the network's output. */
export interface Denoiser extends Part {
  /** How much noise there is at each timestep. */
  readonly schedule: NoiseSchedule;
  /** The meaning of the network's output. */
  readonly predicts: PredictionTarget;
  /** How many step sizes the network reads; absent if it reads none. See {@link shortcut}. */
  readonly stepSizes?: number | undefined;
  /**
   * The network's output for noised data: y of {@link PredictionTarget}.
   *
   * @param xt - noised data, float32 `[batch, ...]`
   * @param timesteps - int32 `[batch]`, each in 0 ... steps - 1; others are rejected on cpu and wasm, and give NaN on a GPU
   * @returns of the shape of xt; the caller disposes it
   */
  predict(xt: Tensor, timesteps: Tensor, options?: ApplyOptions): Tensor;
  /**
   * The network's estimates of the data and the noise in x_t, whatever it predicts; by default computed from `predict`, of which
   * {@link withPredict} makes another. Samplers, {@link invertDdim} and {@link variationalBound} call only this method, and use `sample`.
   *
   * @param xt - noised data, float32 `[batch, ...]`
   * @param timesteps - int32 `[batch]`, each in 0 ... steps - 1
   * @returns two tensors of the shape of xt; the caller disposes them
   */
  estimate(xt: Tensor, timesteps: Tensor, options?: ApplyOptions): DenoiserEstimate;
}

/** Options of {@link createDenoiser}. */
export interface DenoiserOptions {
  /** How much noise there is at each timestep. */
  readonly schedule: NoiseSchedule;
  /** What the network is trained to predict; start with {@link predictVelocity}. */
  readonly predicts: PredictionTarget;
}

/**
 * A denoiser, which separates the data from the noise in x_t: a network, a schedule and the meaning of the network's output.
 *
 * y = network(x_t, t) = c x_0 + d noise; with D = alpha d - sigma c, x_0 = (d x_t - sigma y) / D, noise = (alpha y - c x_t) / D
 *
 * @param network - from `[batch, ...]` to the same shape; gets `options.timesteps`, int32 `[batch]`, and `options.condition`
 * @param options - see {@link DenoiserOptions}
 * @returns a denoiser that owns the network: disposing it disposes the network
 * @throws TypeError or RangeError if an argument is wrong, or if the target does not separate x_0 from noise at some timestep, as
 *   {@link predictNoise} with a schedule that ends at alphaBar 0; its methods throw TypeError or {@link ShapeError} if xt or timesteps do
 *   not fit, or if the network returns another shape
 * @remarks The coefficients of the conversion are computed in float64. `{ ...denoiser, estimate }` is a denoiser, too; for another
 * `predict`, see {@link withPredict}.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random: createRandom(1) });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const { sample, noise } = denoiser.estimate(tf.zeros([5, 2]), tf.fill([5], 199, 'int32'));
 * console.log(sample.shape, noise.shape); // [5, 2], [5, 2]
 * ```
 * @see Salimans and Ho 2022, section 4, https://arxiv.org/abs/2202.00512
 */
export function createDenoiser(network: Network, options: DenoiserOptions): Denoiser {
  const where = 'createDenoiser';
  checkNetwork(where, 'network', network);
  const read = readOptions(where, options, { schedule: checkNoiseSchedule, predicts: {} });
  const { schedule, predicts } = read;
  checkTarget(where, predicts, schedule);

  const predict = (xt: Tensor, timesteps: Tensor, options?: ApplyOptions): Tensor => {
    const where = 'predict';
    checkNoised(where, xt, timesteps);
    return tf.tidy(() => {
      const input = withinTable(where, xt, timesteps, schedule.steps);
      const { stepSize } = options ?? {};
      // on a GPU, the vector of a wrong one is NaN
      if (stepSize?.dtype === 'int32' && network.stepSizes) {
        const sizes = { argument: 'options.stepSize', least: -1 };
        withinTable(where, stepSize, tf.add(stepSize, tf.scalar(1, 'int32')), network.stepSizes + 1, sizes);
      }
      const output = applyPart(where, network, input, { ...options, timesteps }, 'xt');
      checkSameShape(where, 'network output', output, 'xt', xt);
      return output;
    });
  };
  const denoiser = createPart<Omit<Denoiser, keyof Part>>(network, {
    schedule,
    predicts,
    ...(network.stepSizes === undefined ? {} : { stepSizes: network.stepSizes }),
    predict,
    estimate: estimateFrom({ predict, predicts, schedule }),
  });
  return madeBy('createDenoiser', read, denoiser);
}

/** Throws if the target does not separate data from noise. */
function checkTarget(where: string, predicts: PredictionTarget, schedule: NoiseSchedule): void {
  checkRecord(where, 'predicts', predicts, 'mix', 'predictVelocity');
  schedule.alphaBar.forEach((alphaBar, t) => {
    const mixed: unknown = predicts.mix(...scalesOf(schedule, t));
    if (!Array.isArray(mixed)) throw wrongKind(where, 'predicts.mix(...)', 'must be [c, d]', { got: mixed });
    // sigma / D, which is finite unless D is 0
    if (!Number.isFinite(conversionAt(predicts, ...scalesOf(schedule, t)).sample[1])) {
      throw outOfRange(where, 'predicts', 'must separate data from noise at each timestep', {
        seen: `the target '${predicts.name}' at alphaBar ${alphaBar}`,
        fix: 'Use predictVelocity, or a schedule that ends above 0.',
      });
    }
  });
}

/** Throws unless `denoiser` has everything that samplers use. */
export function checkDenoiser(where: string, argument: string, denoiser: Denoiser): void {
  const candidate = denoiser as Denoiser | undefined;
  checkFunction(where, `${argument}.predict`, candidate?.predict);
  checkFunction(where, `${argument}.predicts.mix`, candidate?.predicts?.mix);
  checkNoiseSchedule(where, `${argument}.schedule`, denoiser.schedule);
}
