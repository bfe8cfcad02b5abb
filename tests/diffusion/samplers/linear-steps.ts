import { cosineSchedule } from '../../../src/diffusion/index.js';
import { scales } from '../exact.js';

export const schedule = cosineSchedule({ steps: 50 });

/** A symmetric matrix [[a, b], [b, a]], which commutes with all of its kind: it is its two eigenvalues a + b and a - b. */
export type Twin = readonly [sum: number, difference: number];

/** E[x_0 | x_t] = alpha S (alpha^2 S + sigma^2 I)^-1 x_t of two numbers N(0, S). */
export const bestMatrix = (covariance: Twin, t: number): Twin => {
  const { alpha, sigma } = scales(schedule, t);
  return covariance.map((value) => (alpha * value) / (alpha ** 2 * value + sigma ** 2)) as [number, number];
};

/** A step of a sampler on linear estimates: x_to = twin x + deviation noise. */
export type Linear = (covariance: Twin, from: number, to: number) => readonly [twin: Twin, deviation: number];

/** x_to = alpha_to estimate + sigma_to noise, with the noise that the estimate leaves. */
export const euler: Linear = (covariance, from, to) => {
  const [{ alpha, sigma }, there] = [scales(schedule, from), scales(schedule, to)];
  const best = bestMatrix(covariance, from);
  return [best.map((e) => there.alpha * e + (there.sigma * (1 - alpha * e)) / sigma) as [number, number], 0];
};

/** Half a step with the slope at either end, on z = x / (alpha + sigma) along t = sigma / (alpha + sigma). */
export const heun: Linear = (covariance, from, to) => {
  const [first] = euler(covariance, from, to);
  if (to < 0) return [first, 0];
  const [a, b] = [scales(schedule, from), scales(schedule, to)];
  const [best, bestThere] = [bestMatrix(covariance, from), bestMatrix(covariance, to)];
  const half = (b.sigma / (b.alpha + b.sigma) - a.sigma / (a.alpha + a.sigma)) / 2;
  const twin = first.map((predicted, i) => {
    const slope = (1 - a.alpha * best[i]!) / a.sigma - best[i]!;
    const slopeThere = ((1 - b.alpha * bestThere[i]!) / b.sigma - bestThere[i]!) * predicted;
    return (b.alpha + b.sigma) * (1 / (a.alpha + a.sigma) + half * (slope + slopeThere));
  });
  return [twin as [number, number], 0];
};

/** The posterior q(x_to | x_from, x_0 = estimate), by the precisions of its two sources; `isLarge`: the variance of q(x_from | x_to). */
export const posterior =
  (isLarge: boolean): Linear =>
  (covariance, from, to) => {
    const best = bestMatrix(covariance, from);
    if (to < 0) return [best, 0];
    const [a, b] = [scales(schedule, from), scales(schedule, to)];
    const ratio = a.alpha / b.alpha;
    const added = 1 - ratio ** 2;
    const variance = 1 / (1 / b.sigma ** 2 + ratio ** 2 / added);
    const twin = best.map((e) => variance * ((b.alpha * e) / b.sigma ** 2 + ratio / added));
    return [twin as [number, number], Math.sqrt(isLarge ? added : variance)];
  };

/** The estimate with new noise. */
export const renoised: Linear = (covariance, from, to) => {
  const { alpha, sigma } = scales(schedule, to);
  return [bestMatrix(covariance, from).map((e) => alpha * e) as [number, number], sigma];
};
