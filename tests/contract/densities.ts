/** Log-densities of one number in float64, written from their definitions without series or tensors. */

const LOG_TWO_PI = Math.log(2 * Math.PI);

/** log(1 + exp(x)) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const bernoulliDensity = (x: number, [logit]: readonly number[]): number =>
  -(x * softplus(-logit!) + (1 - x) * softplus(logit!));

export const categoricalDensity = (x: number, logits: readonly number[]): number => {
  const largest = Math.max(...logits);
  return logits[Math.round(x)]! - largest - Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
};

export const gaussianDensity = (x: number, mean: number, logVariance: number): number =>
  -0.5 * (LOG_TWO_PI + logVariance + (x - mean) ** 2 * Math.exp(-logVariance));

export const boundedGaussianDensity =
  (minLogVariance: number) =>
  (x: number, [mean, raw]: readonly number[]): number =>
    gaussianDensity(x, mean!, minLogVariance + softplus(raw! - minLogVariance));

/** l x - log( (exp(l) - 1) / l ), with exp(l) factored out of the quotient where l > 0. */
export const continuousBernoulliDensity = (x: number, [logit]: readonly number[]): number => {
  const l = logit!;
  if (l === 0) return 0;
  return l > 0 ? l * (x - 1) - Math.log(-Math.expm1(-l) / l) : l * x - Math.log(Math.expm1(l) / l);
};

/** log cosh(x) */
const logCosh = (x: number): number => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2;

/** log sinh(x), x > 0 */
const logSinh = (x: number): number => x + Math.log(-Math.expm1(-2 * x)) - Math.LN2;

/**
 * The logarithm of the probability that a logistic number falls into the cell around x, by
 * sigmoid(a) - sigmoid(b) = sinh((a - b) / 2) / (2 cosh(a / 2) cosh(b / 2)).
 */
export const discretizedLogisticDensity =
  (levels: number) =>
  (x: number, [mean, logScale]: readonly number[]): number => {
    const half = 0.5 / (levels - 1);
    const scale = Math.exp(logScale!);
    const above = (x + half - mean!) / scale;
    const below = (x - half - mean!) / scale;
    if (x < half) return -softplus(-above);
    if (x > 1 - half) return -softplus(below);
    return logSinh(half / scale) - Math.LN2 - logCosh(above / 2) - logCosh(below / 2);
  };

/** The derivative of f at x from five points; the step is small compared with 1 and large compared with the precision of float64. */
export function slope(f: (x: number) => number, x: number, step = 1e-5): number {
  return (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);
}
