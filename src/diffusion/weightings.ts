import { checkNumber } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';
import { madeBy } from '../tensor/made-by.js';

/**
 * The weight of each timestep's error in training: a function of the signal-to-noise ratio alpha^2 / sigma^2 that multiplies |x_0 -
 * estimate|^2. Without it, the error of the target itself has the weight 1.
 *
 * The trainer also passes the density of its draws over log snr, which depends on the schedule and the list of timesteps. A weight divided
 * by it is a weight per unit of log snr, whatever the schedule and the list.
 *
 * @remarks At alphaBar 0, where the ratio is 0, the trainer uses the weight of the previous timestep, so that a weight proportional to
 *   the ratio leaves no timestep untrained. Weights must be finite and at least 0, and one of them above 0.
 * @example
 * ```ts
 * const ofNoise: Weighting = (snr) => snr; // weight 1 on |noise - predictedNoise|^2, whatever the network predicts
 * console.log(ofNoise(4)); // 4
 * ```
 */
export type Weighting = (snr: number, density?: number) => number;

/**
 * The weighting of Min-SNR: that of noise prediction, but bounded, so that steps with little noise do not dominate.
 *
 * weight = min(snr, limit) on |x_0 - estimate|^2
 *
 * @param options - `limit`: above 0, 5 by default
 * @returns a weighting
 * @throws TypeError or RangeError if `limit` is not above 0
 * @example
 * ```ts
 * console.log(minSnrWeighting()(3), minSnrWeighting()(100)); // 3, 5
 * ```
 * @see Hang et al. 2023, equation 8, https://arxiv.org/abs/2303.09556
 */
export function minSnrWeighting(options: { readonly limit?: number | undefined } = {}): Weighting {
  const read = readOptions('minSnrWeighting', options, { limit: { is: checkNumber, default: 5, above: 0 } });
  return madeBy('minSnrWeighting', read, (snr: number) => Math.min(snr, read.limit));
}

/**
 * The sigmoid weighting: the noise error has the weight sigmoid(bias - log snr) per unit of log snr, which decreases with less noise,
 * whatever the schedule and the list of timesteps.
 *
 * weight = snr sigmoid(bias - log snr) / density on |x_0 - estimate|^2, density that of the trainer's draws over log snr
 *
 * @param options - `bias`: 2 by default; a lower one gives steps with much noise more weight
 * @returns a weighting; called by hand without a density, it has the density 1
 * @throws TypeError or RangeError if `bias` is not finite
 * @remarks The paper's loss has the factor -1/2 dlambda/dt, lambda = log snr, t uniform in [0, 1]; 1 / density is -dlambda/dt. The loss
 * is an integral over log snr: 10 to 20 times as large as one without a weighting, which matters with `clipNorm` and plain gradient
 * descent.
 * @example
 * ```ts
 * console.log(sigmoidWeighting({ bias: 0 })(1)); // 0.5
 * ```
 * @see Kingma and Gao 2023, equation 6 and section 5, https://arxiv.org/abs/2303.00848
 */
export function sigmoidWeighting(options: { readonly bias?: number | undefined } = {}): Weighting {
  const read = readOptions('sigmoidWeighting', options, { bias: { is: checkNumber, default: 2 } });
  const weighting: Weighting = (snr, density = 1) => snr / (1 + snr * Math.exp(-read.bias)) / density;
  return madeBy('sigmoidWeighting', read, weighting);
}
