/** log sqrt(2 pi) */
const LOG_ROOT = 0.9189385332046727;

/** log of the probability that a standard normal draw is below z <= 0: a series near 0, a continued fraction in the tail. */
function logLowerTail(z: number): number {
  const logDensity = -(z * z) / 2 - LOG_ROOT;
  if (z > -3) {
    let [term, sum] = [z, z];
    for (let k = 1; k < 60; k++) sum += term *= (z * z) / (2 * k + 1);
    return Math.log(0.5 + Math.exp(logDensity) * sum);
  }
  let fraction = -z;
  for (let k = 60; k > 0; k--) fraction = -z + k / fraction;
  return logDensity - Math.log(fraction);
}

/** log of the probability that a standard normal draw lies between two numbers, either of which may be infinite. */
export function logNormalInterval(low: number, high: number): number {
  // computed from the side on which both tails are small, so that two numbers near 1 are never subtracted
  if (low + high > 0) return logNormalInterval(-high, -low);
  const [middle, width] = [(low + high) / 2, high - low];
  // the probability of a narrow interval is its density times its width, to the second order
  if (width < 1e-3)
    return Math.log(width) - (middle * middle) / 2 - LOG_ROOT + ((middle * middle - 1) * width ** 2) / 24;
  if (high > 0) return Math.log1p(-Math.exp(logLowerTail(low)) - Math.exp(logLowerTail(-high)));
  const above = logLowerTail(high);
  return above + Math.log1p(-Math.exp(logLowerTail(low) - above));
}

/** The quantile of the standard normal distribution at probability p, by Newton's method. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = -Math.sqrt(-2 * Math.log(2 * p));
  for (let i = 0; i < 20; i++) {
    const step = (Math.exp(logLowerTail(z)) - p) * Math.exp((z * z) / 2 + LOG_ROOT);
    z -= Math.max(-0.5, Math.min(0.5, step));
  }
  return z;
}
