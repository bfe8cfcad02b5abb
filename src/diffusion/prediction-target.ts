import { named } from '../tensor/made-by.js';

/**
 * What a denoiser's network is trained to predict: the data, the noise, or a mixture of both that depends on how much of each is in x_t.
 * {@link predictNoise}, {@link predictSample}, {@link predictVelocity} and {@link predictFlow} are such records; you can also write one
 * by hand.
 *
 * y = c x_0 + d noise, [c, d] = mix(alpha, sigma), and back: with D = alpha d - sigma c,
 * x_0 = (d x_t - sigma y) / D, noise = (alpha y - c x_t) / D
 *
 * @example
 * ```ts
 * const mix = (alpha: number, sigma: number) => [0, -1 / sigma] as const;
 * const predictScore: PredictionTarget = { name: 'score', mix };
 * const network = denoisingMlp({ size: 2, random });
 * const schedule = linearSchedule({ steps: 100 });
 * const denoiser = createDenoiser(network, { schedule, predicts: predictScore });
 * console.log(denoiser.predicts.name); // score
 * ```
 */
export interface PredictionTarget {
  /** Used in messages. */
  readonly name: string;
  /**
   * The coefficients of the data and of the noise in the network's output.
   *
   * @param alpha - coefficient of the data in x_t, in [0, 1)
   * @param sigma - coefficient of the noise in x_t, sqrt(1 - alpha^2)
   * @returns `[c, d]`, where alpha d - sigma c must not be 0: otherwise y adds no information to x_t
   */
  mix(alpha: number, sigma: number): readonly [sample: number, noise: number];
}

/**
 * The network predicts the noise: y = noise. The target of DDPM, for schedules that end above alphaBar 0.
 *
 * @remarks If alpha is small, the error of the prediction is multiplied by sigma / alpha in the estimate of the data: 20,000 at the end
 *   of the cosine schedule of 1,000 steps. Sample with `clip` then, or predict the velocity.
 * @example
 * ```ts
 * console.log(predictNoise.mix(0.8, 0.6)); // 0, 1
 * ```
 * @see Ho, Jain and Abbeel 2020, equation 14, https://arxiv.org/abs/2006.11239
 */
export const predictNoise: PredictionTarget = /* @__PURE__ */ named('predictNoise', {
  name: 'noise',
  mix: () => [0, 1],
});

/**
 * The network predicts the data: y = x_0.
 *
 * @example
 * ```ts
 * console.log(predictSample.mix(0.8, 0.6)); // 1, 0
 * ```
 * @see Salimans and Ho 2022, section 4, https://arxiv.org/abs/2202.00512
 */
export const predictSample: PredictionTarget = /* @__PURE__ */ named('predictSample', {
  name: 'sample',
  mix: () => [1, 0],
});

/**
 * The network predicts the velocity, the slope of x_t as data turn into noise: y = alpha noise - sigma x_0. Its size is the same
 * at every step, and no step multiplies its error by more than 1. Start with this one.
 *
 * @remarks EDM's network on data / sigma_data is minus this.
 * @example
 * ```ts
 * console.log(predictVelocity.mix(0.8, 0.6)); // -0.6, 0.8
 * ```
 * @see Salimans and Ho 2022, section 4, https://arxiv.org/abs/2202.00512
 */
export const predictVelocity: PredictionTarget = /* @__PURE__ */ named('predictVelocity', {
  name: 'velocity',
  mix: (alpha, sigma) => [-sigma, alpha],
});

/**
 * The network predicts the direction of flow matching's line from data to noise: y = noise - x_0. It goes with {@link flowSchedule}.
 *
 * @example
 * ```ts
 * console.log(predictFlow.mix(0.8, 0.6)); // -1, 1
 * ```
 * @see Lipman et al. 2023, https://arxiv.org/abs/2210.02747
 */
export const predictFlow: PredictionTarget = /* @__PURE__ */ named('predictFlow', { name: 'flow', mix: () => [-1, 1] });

/** The coefficients of x_t and y in the formulas of x_0 and the noise. */
export interface Conversion {
  readonly sample: readonly [xt: number, prediction: number];
  readonly noise: readonly [xt: number, prediction: number];
}

/** From x_t and the network's output to the data and the noise; infinite or NaN if the target does not separate them. */
export function conversionAt(target: PredictionTarget, alpha: number, sigma: number): Conversion {
  const [c, d] = target.mix(alpha, sigma);
  const determinant = alpha * d - sigma * c;
  return { sample: [d / determinant, -sigma / determinant], noise: [-c / determinant, alpha / determinant] };
}
