import { checkInteger, checkNumber } from '../tensor/checks.js';
import type { NoiseSchedule } from './noise-schedule.js';
import { readOptions } from '../tensor/options.js';

/** The rule of the number of steps, of which a schedule holds one number each: at most 2^24, which bundlers would keep if it were computed. */
const stepsRule = { is: checkInteger, most: 0x100_0000 } as const;

/** The upper limit of beta, the noise that one step adds: without it alphaBar would be 0 before the end. */
const LARGEST_BETA = 0.999;

/**
 * The schedule of DDPM: the noise that a step adds grows linearly, along the same line for any number of steps.
 *
 * beta_i = min( (0.1 + 19.9 i / (steps - 1)) / steps, 0.999 ), alphaBar[t] = product over i <= t of (1 - beta_i)
 *
 * @param options - `steps`, at least 1
 * @returns a table in float64
 * @throws TypeError or RangeError if `steps` is not a positive integer
 * @remarks At 1,000 steps beta goes from 1e-4 to 0.02, and the last alphaBar is 4e-5. Libraries that keep these two numbers at
 * any number of steps end far from noise: at 100 steps their last alphaBar is 0.36, here it is 2e-5.
 * @example
 * ```ts
 * console.log(linearSchedule({ steps: 1000 }).alphaBar[0]); // 0.9999
 * ```
 * @see Ho, Jain and Abbeel 2020, section 4, https://arxiv.org/abs/2006.11239
 */
export function linearSchedule(options: { readonly steps: number }): NoiseSchedule {
  const { steps } = readOptions('linearSchedule', options, { steps: stepsRule });
  return ofBetas(steps, (i) => (0.1 + (19.9 * i) / Math.max(1, steps - 1)) / steps);
}

/**
 * The cosine schedule: the data fade evenly, and no steps are wasted at the end, where there is only noise.
 *
 * f(t) = cos^2( (t / steps + 0.008) / 1.008 * pi / 2 ), beta_i = min(1 - f(i + 1) / f(i), 0.999),
 * alphaBar[t] = product over i <= t of (1 - beta_i)
 *
 * @param options - `steps`, at least 1
 * @returns a table in float64
 * @throws TypeError or RangeError if `steps` is not a positive integer
 * @remarks The limit of beta keeps the last alphaBar just above 0: 2e-9 at 1,000 steps. A network that predicts noise has
 * its error multiplied by 1 / sqrt(alphaBar) there; use {@link predictVelocity}.
 * @example
 * ```ts
 * console.log(cosineSchedule({ steps: 1000 }).alphaBar[500]); // 0.4922852
 * ```
 * @see Nichol and Dhariwal 2021, equation 17, https://arxiv.org/abs/2102.09672
 */
export function cosineSchedule(options: { readonly steps: number }): NoiseSchedule {
  const { steps } = readOptions('cosineSchedule', options, { steps: stepsRule });
  const f = (t: number): number => Math.cos(((t / steps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  return ofBetas(steps, (i) => 1 - f(i + 1) / f(i));
}

/** Options of {@link flowSchedule}. */
export interface FlowScheduleOptions {
  /** Number of steps, at least 1. */
  readonly steps: number;
  /** Above 0; values above 1 move steps towards noise, as large images need. 1 by default. */
  readonly shift?: number | undefined;
}

/**
 * The schedule of flow matching: a straight line from data to noise, rescaled to a variance of 1. Its last step is pure noise.
 *
 * t = (i + 1) / steps, t' = shift t / (1 + (shift - 1) t), alphaBar[i] = (1 - t')^2 / ((1 - t')^2 + t'^2)
 *
 * Flow's own state (1 - t') x_0 + t' noise is x_t times sqrt((1 - t')^2 + t'^2). With {@link predictFlow} its Euler sampler is
 * {@link sampleDdim}.
 *
 * @param options - see {@link FlowScheduleOptions}
 * @returns a table in float64
 * @throws TypeError or RangeError if `steps` is not a positive integer or `shift` is not above 0
 * @remarks The shift is part of the table, so it is not applied a second time when samples are drawn.
 * @example
 * ```ts
 * console.log(flowSchedule({ steps: 4 }).alphaBar); // 0.9, 0.5, 0.1, 0
 * ```
 * @see Lipman et al. 2023, https://arxiv.org/abs/2210.02747; Esser et al. 2024, equation 23, https://arxiv.org/abs/2403.03206
 */
export function flowSchedule(options: FlowScheduleOptions): NoiseSchedule {
  const { steps, shift } = readOptions('flowSchedule', options, {
    steps: stepsRule,
    shift: { is: checkNumber, default: 1, above: 0 },
  });
  const alphaBar = Float64Array.from({ length: steps }, (_, i) => {
    const [noise, data] = [shift * (i + 1), steps - i - 1];
    return data ** 2 / (data ** 2 + noise ** 2);
  });
  return { steps, alphaBar };
}

function ofBetas(steps: number, beta: (i: number) => number): NoiseSchedule {
  let left = 1;
  const alphaBar = Float64Array.from({ length: steps }, (_, i) => (left *= 1 - Math.min(beta(i), LARGEST_BETA)));
  return { steps, alphaBar };
}
