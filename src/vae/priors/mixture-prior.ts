import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { MixtureDensity } from '../../distributions/index.js';
import { checkArray, makeAll } from '../../nets/layer.js';
import type { Part } from '../../nets/network.js';
import { newVariable } from '../../nets/new-variable.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import { checkFloat, checkInteger, checkNumber } from '../../tensor/checks.js';
import { outOfRange, wrongShape } from '../../tensor/errors.js';
import { free } from '../../tensor/lost-backend.js';
import { note } from '../../tensor/made-by.js';
import { optional, readOptions } from '../../tensor/options.js';
import { mixtureMembers } from './mixture-members.js';

const CALLER = 'createMixturePrior';

/**
 * Options of {@link createMixturePrior}. Initial numbers are nested arrays, which are checked, or tensors, which are copied without being
 * read: make sure that they are finite, and that weights are above 0.
 */
export interface MixturePriorOptions {
  /** Number of Gaussians, K, at least 1; 500 is usual for images. */
  readonly components: number;
  /** Numbers in a latent vector, at least 1: `encoder.latentSize`. */
  readonly latentSize: number;
  /** The source of the initial means, through its fork `means`. */
  readonly random: RandomStream;
  /** Initial means, `[K, latentSize]`; by default drawn from N(0, 1/2). */
  readonly means?: Tensor | readonly (readonly number[])[] | undefined;
  /** Initial log-variances, `[K, latentSize]`; by default log(1/2). With the default means, the mixture is then close to N(0, I). */
  readonly logVariances?: Tensor | readonly (readonly number[])[] | undefined;
  /** Initial weights, `[K]`, above 0; they need not sum to 1. By default all are equal. */
  readonly weights?: Tensor | readonly number[] | undefined;
}

/**
 * A mixture of diagonal Gaussians, a prior that learns the distribution of the latents.
 *
 * p(z) = sum_k w_k N(z; m_k, diag(exp(l_k))), w = softmax(logits)
 *
 * Variables: means `[K, latentSize]`, log-variances `[K, latentSize]`, logits `[K]`.
 *
 * @param options - see {@link MixturePriorOptions}
 * @returns a prior to pass to {@link createVaeTrainer}, which trains it with the model, or to {@link createPriorTrainer}; the caller
 *   disposes it
 * @throws TypeError, RangeError or {@link ShapeError} if an option is wrong; `logProb` and `sample` throw ShapeError unless the latents
 *   are `[rows, latentSize]`
 * @remarks For a trained encoder, start with the latents of K examples as `means`: `encoder.encode(x).mean`. In float32, log-densities
 *   are within 1e-4 nats for log-variances down to -6, with 500 components in 40 dimensions.
 * @example
 * ```ts
 * // 1/4 N(-1, 1) + 3/4 N(1, 1)
 * const prior = createMixturePrior({
 *   components: 2, latentSize: 1, random: createRandom(1),
 *   means: [[-1], [1]], logVariances: [[0], [0]], weights: [1, 3],
 * });
 * console.log(await prior.logProb(tf.tensor2d([[1]])).data()); // -1.162497
 * ```
 * @see Bishop 2006, Pattern Recognition and Machine Learning, section 9.2; Tomczak and Welling 2018, section 3, which compares it with
 *   the VampPrior, https://arxiv.org/abs/1705.07120
 */
export function createMixturePrior(options: MixturePriorOptions): MixtureDensity & Part {
  const { components, latentSize, random, means, logVariances, weights } = readOptions(CALLER, options, {
    components: checkInteger,
    latentSize: checkInteger,
    random: checkRandom,
    means: optional,
    logVariances: optional,
    weights: { is: checkWeights, default: undefined },
  });
  const each = [components, latentSize];
  const initialMeans = (): Tensor =>
    tensorOf('means', means, each) ?? tf.mul(Math.SQRT1_2, random.fork('means').normal(each));
  const initialLogVariances = (): Tensor => tensorOf('logVariances', logVariances, each) ?? tf.fill(each, -Math.LN2);
  const initialLogits = (): Tensor => {
    const own = tensorOf('weights', weights, [components]);
    return own === undefined ? tf.zeros([components]) : tf.log(own);
  };
  const variables = makeAll([
    () => newVariable(each, initialMeans),
    () => newVariable(each, initialLogVariances),
    () => newVariable([components], initialLogits),
  ]);
  const made = {
    variables: Object.freeze(variables),
    ...mixtureMembers(variables, latentSize, components, () => variables),
    dispose: () => free(variables),
  };
  return Object.freeze(note(made, { kind: CALLER, options: { components, latentSize }, classes: 0 }));
}

/** A user's numbers as a tensor of this shape. */
function tensorOf(
  argument: string,
  value: Tensor | readonly unknown[] | undefined,
  shape: readonly number[],
): Tensor | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return tf.tensor(flatten(argument, value, shape), [...shape], 'float32');
  checkFloat(CALLER, argument, value, shape);
  return value;
}

/** Flattens nested arrays; throws unless they have this shape and hold finite numbers. */
function flatten(argument: string, value: unknown, [size, ...rest]: readonly number[]): number[] {
  if (size === undefined) {
    checkNumber(CALLER, argument, typeof value === 'number' ? Math.fround(value) : value);
    return [value as number];
  }
  const rows = ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : (value as unknown[]);
  checkArray(CALLER, argument, rows);
  if (rows.length !== size) throw wrongShape(CALLER, argument, [size, ...rest], [rows.length, ...rest]);
  return rows.flatMap((row, i) => flatten(`${argument}[${i}]`, row, rest));
}

/** Throws if weights in an array are not above 0 and finite; tensors are not read. */
function checkWeights(where: string, argument: string, weights: Tensor | readonly number[]): void {
  const known = Array.isArray(weights) ? (weights as readonly number[]) : [];
  const bad = known.find((weight) => !(typeof weight === 'number' && Math.fround(weight) > 0 && weight < Infinity));
  if (bad !== undefined) throw outOfRange(where, argument, 'must be above 0 and finite', { got: bad });
}
