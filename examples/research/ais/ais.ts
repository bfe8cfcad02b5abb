import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from 'tfjs-generative';

/** A generator with Gaussian noise on its output: z ~ N(0, I), x ~ N(decode(z), deviation^2 I). */
export interface Observed {
  /** From `[n, latentSize]` to `[n, size]`. */
  readonly decode: (z: tf.Tensor2D) => tf.Tensor;
  readonly latentSize: number;
  readonly deviation: number;
}

/** How a path is walked. */
export interface AisOptions {
  /** Number of distributions between the prior and the posterior. */
  readonly steps: number;
  /** Number of chains for each example. */
  readonly chains: number;
  readonly random: RandomStream;
}

/** Bounds on log p(x) in nats, one of each for an example. */
export interface Bounds {
  /** By chains from the prior: in expectation below log p(x), and above it by more than c with a probability of at most exp(-c). */
  readonly lower: readonly number[];
  /** By chains from the latent of which x was made: in expectation above log p(x), likewise. */
  readonly upper: readonly number[];
}

const LEAPS = 8;

/** Exponents of the likelihood from 0 to 1, close together at both ends: a logistic curve, rescaled. */
export function exponents(steps: number): number[] {
  const curve = Array.from({ length: steps + 1 }, (_, i) => 1 / (1 + Math.exp(-4 * ((2 * i) / steps - 1))));
  return curve.map((one) => (one - curve[0]!) / (curve[steps]! - curve[0]!));
}

/**
 * Bounds log p(x) of simulated data from both sides: annealed importance sampling, and the same chains backwards from an exact draw of the
 * posterior, which is the latent of which x was made. Transitions are Hamiltonian; the sizes of their steps come from chains of their own, so that
 * the bounds hold.
 *
 * log N(z) + beta log N(x; decode(z), deviation^2) is the log-density at beta, and sum over t of (beta_t - beta_(t-1)) log N(x; decode(z_(t-1)), ...)
 * the logarithm of a weight.
 *
 * @see Neal 2001; Wu et al. 2017, https://arxiv.org/abs/1611.04273; Grosse, Ghahramani and Adams 2015, https://arxiv.org/abs/1511.02543
 */
export async function boundBothSides(
  model: Observed,
  z: tf.Tensor2D,
  x: tf.Tensor2D,
  options: AisOptions,
): Promise<Bounds> {
  const { chains, random } = options;
  const many = (one: tf.Tensor2D): tf.Tensor2D => tf.tile(one, [chains, 1]);
  const [start, data] = [many(z), many(x)];
  const prior = (name: string) => random.fork(name).normal(start.shape) as tf.Tensor2D;
  const betas = exponents(options.steps);
  const sizes = betas.map(() => NaN);
  const walkFrom = async (z0: tf.Tensor2D, path: readonly number[], stepSizes: number[], name: string) =>
    walk({ model, x: data, path, stepSizes, random: random.fork(name) }, z0);
  await walkFrom(prior('tuning'), betas, sizes, 'tuning of steps');
  const forward = await walkFrom(prior('prior'), betas, sizes, 'forwards');
  const backward = await walkFrom(tf.clone(start), [...betas].reverse(), [...sizes].reverse(), 'backwards');
  tf.dispose([start, data]);
  const n = x.shape[0];
  const mean = (logs: ArrayLike<number>) =>
    Array.from({ length: n }, (_, i) => logMeanExp(Array.from({ length: chains }, (_c, k) => logs[k * n + i]!)));
  return { lower: mean(forward), upper: mean(backward).map((one) => -one) };
}

/** A walk through the distributions at the exponents of a path. */
interface Walk {
  readonly model: Observed;
  readonly x: tf.Tensor2D;
  readonly path: readonly number[];
  /** One for each exponent; where it is NaN, it is chosen while walking, and written here. */
  readonly stepSizes: number[];
  readonly random: RandomStream;
}

/** Walks from z, which it disposes; resolves to the logarithm of the weight of each chain. */
async function walk({ model, x, path, stepSizes, random }: Walk, z: tf.Tensor2D): Promise<ArrayLike<number>> {
  let weights: tf.Tensor1D = tf.zeros([z.shape[0]]);
  let chosen = 0.5;
  for (let t = 1; t < path.length; t++) {
    const longest = Number.isNaN(stepSizes[t]!) ? chosen : stepSizes[t]!;
    // leaps of one length could go round an orbit and end where they began
    const size = longest * (0.5 + ((0.618 * t) % 1) / 2);
    const next = tf.tidy(() => ({
      weights: tf.add<tf.Tensor1D>(weights, tf.mul(path[t]! - path[t - 1]!, logLikelihood(model, x, z))),
      ...transition({ model, x, beta: path[t]!, size, random }, z),
    }));
    tf.dispose([z, weights]);
    ({ z, weights } = next);
    if (Number.isNaN(stepSizes[t]!)) {
      stepSizes[t] = longest;
      chosen *= (await next.accepted.data())[0]! > 0.9 ? 1.05 : 0.95;
    }
    next.accepted.dispose();
  }
  const logs = (await weights.data()).slice();
  tf.dispose([z, weights]);
  return logs;
}

/** log N(x; decode(z), deviation^2) of each chain. */
const logLikelihood = ({ decode, deviation }: Observed, x: tf.Tensor2D, z: tf.Tensor2D): tf.Tensor =>
  tf.sub(
    tf.mul(-0.5 / deviation ** 2, tf.sum(tf.square(tf.sub(x, decode(z))), 1)),
    x.shape[1] * Math.log(deviation * Math.sqrt(2 * Math.PI)),
  );

/** A transition at one exponent. */
interface Transition extends Pick<Walk, 'model' | 'x' | 'random'> {
  readonly beta: number;
  /** The size of a leap. */
  readonly size: number;
}

/** A Hamiltonian transition, which leaves the distribution at `beta` as it is, and the share of accepted proposals. */
function transition(
  { model, x, beta, size, random }: Transition,
  z: tf.Tensor2D,
): { z: tf.Tensor2D; accepted: tf.Tensor } {
  const logDensity = (at: tf.Tensor2D): tf.Tensor =>
    tf.add(tf.mul(-0.5, tf.sum(tf.square(at), 1)), tf.mul(beta, logLikelihood(model, x, at)));
  const slope = tf.grad((at: tf.Tensor) => tf.sum(logDensity(at as tf.Tensor2D)));
  const energy = (at: tf.Tensor2D, momentum: tf.Tensor): tf.Tensor =>
    tf.sub(logDensity(at), tf.mul(0.5, tf.sum(tf.square(momentum), 1)));
  const first = random.normal(z.shape);
  const uniform = random.uniform([z.shape[0]], 0, 1);
  let proposal = z;
  let momentum = tf.add(first, tf.mul(size / 2, slope(z)));
  for (let leap = 1; leap <= LEAPS; leap++) {
    proposal = tf.add(proposal, tf.mul(size, momentum));
    momentum = tf.add(momentum, tf.mul(leap === LEAPS ? size / 2 : size, slope(proposal)));
  }
  const isAccepted = tf.less(tf.log(uniform), tf.sub(energy(proposal, momentum), energy(z, first)));
  return {
    z: tf.where(tf.expandDims(isAccepted, 1), proposal, z),
    accepted: tf.mean(tf.cast(isAccepted, 'float32')),
  };
}

/** log of the mean of exp. */
export function logMeanExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, one) => sum + Math.exp(one - largest), 0) / values.length);
}
