import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNetwork } from '../nets/check-network.js';
import type { ApplyOptions, Network, Part } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import { checkFloat, checkFunction, checkRecord, checkSameShape } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { checkNoiseSchedule, scalesAt, type NoiseSchedule } from './noise-schedule.js';
import { checkTimesteps, mixByTimestep, withinTable } from './per-example.js';
import { conversionAt, type Conversion, type PredictionTarget } from './prediction-target.js';
import { checkFields } from '../tensor/options.js';
import { madeBy } from '../nets/architecture.js';

/** What a denoiser sees in noised data: both parts of x_t = alpha sample + sigma noise. */
export interface DenoisedPair {
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
  /**
   * The network's output for noised data: y of {@link PredictionTarget}.
   *
   * @param xt - noised data, float32 `[batch, ...]`
   * @param timesteps - int32 `[batch]`, each in 0 ... steps - 1; others are refused on cpu and wasm, and give NaN on a GPU
   * @returns of the shape of xt; the caller disposes it
   */
  predict(xt: Tensor, timesteps: Tensor, options?: ApplyOptions): Tensor;
  /**
   * The data and the noise in x_t, as the network sees them, whatever it predicts.
   *
   * @param xt - noised data, float32 `[batch, ...]`
   * @param timesteps - int32 `[batch]`, each in 0 ... steps - 1
   * @returns two tensors of the shape of xt; the caller disposes them
   */
  estimate(xt: Tensor, timesteps: Tensor, options?: ApplyOptions): DenoisedPair;
}

/** Options of {@link createDenoiser}. */
export interface DenoiserOptions {
  /** How much noise there is at each timestep. */
  readonly schedule: NoiseSchedule;
  /** What the network is trained to predict; {@link predictVelocity} is the one to begin with. */
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
 * @throws TypeError or RangeError if an argument is wrong, also where the target does not separate x_0 from noise at some timestep:
 *   {@link predictNoise} with a schedule that ends at alphaBar 0; from its methods TypeError or {@link ShapeError} if xt or
 *   timesteps do not fit, or if the network returns another shape
 * @remarks The coefficients of the conversion are computed once, in float64.
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
  const { schedule, predicts } = checkFields('createDenoiser', options, 'schedule predicts');
  const where = 'createDenoiser';
  checkNetwork(where, 'network', network);
  checkNoiseSchedule(where, schedule);
  const conversions = conversionsOf(where, predicts, schedule);

  const predict = (caller: string, xt: Tensor, timesteps: Tensor, options: ApplyOptions | undefined): Tensor => {
    checkFloat(caller, 'xt', xt);
    checkTimesteps(caller, timesteps, xt);
    return tf.tidy(() => {
      const input = withinTable(caller, xt, timesteps, schedule.steps);
      const output = applyPart(caller, network, input, { ...options, timesteps });
      checkSameShape(caller, 'network output', output, 'xt', xt);
      return output;
    });
  };
  const made = createPart(network, {
    schedule,
    predicts,
    predict: (xt: Tensor, timesteps: Tensor, options?: ApplyOptions) => predict('predict', xt, timesteps, options),
    estimate: (xt: Tensor, timesteps: Tensor, options?: ApplyOptions) =>
      tf.tidy(() => {
        const y = predict('estimate', xt, timesteps, options);
        const mixed = (part: keyof DenoisedPair): Tensor => {
          const [ofXt, ofY] = ([0, 1] as const).map((i) => Float32Array.from(conversions, (to) => to[part][i]));
          return mixByTimestep(timesteps, [ofXt!, xt], [ofY!, y]);
        };
        return { sample: mixed('sample'), noise: mixed('noise') };
      }),
  });
  return madeBy('createDenoiser', options, made);
}

/** The conversion at each timestep; throws where the target does not separate data from noise. */
function conversionsOf(where: string, predicts: PredictionTarget, schedule: NoiseSchedule): Conversion[] {
  checkRecord(where, 'predicts', predicts, 'mix', 'predictVelocity, predictNoise, predictSample, predictFlow');
  return Array.from(schedule.alphaBar, (alphaBar, t) => {
    const mixed: unknown = predicts.mix(...scalesAt(schedule, t));
    if (!Array.isArray(mixed)) throw wrongKind(where, 'predicts.mix(...)', 'must be [c, d]', { got: mixed });
    const conversion = conversionAt(predicts, ...scalesAt(schedule, t));
    // sigma / D, which is finite where D is not 0
    if (!Number.isFinite(conversion.sample[1])) {
      throw outOfRange(where, 'predicts', 'must tell data from noise at each timestep', {
        seen: `the target '${predicts.name}' at alphaBar ${alphaBar}`,
        fix: 'Use predictVelocity, or a schedule that ends above 0.',
      });
    }
    return conversion;
  });
}

/** Throws unless `denoiser` has everything that samplers use. */
export function checkDenoiser(where: string, denoiser: Denoiser, argument = 'denoiser'): void {
  const candidate = denoiser as Denoiser | undefined;
  checkFunction(where, `${argument}.predict`, candidate?.predict);
  checkFunction(where, `${argument}.predicts.mix`, candidate?.predicts?.mix);
  checkNoiseSchedule(where, denoiser.schedule, `${argument}.schedule`);
}
