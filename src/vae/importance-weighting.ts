import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { logProbOf } from '../distributions/gaussian.js';
import { reparameterize, type DiagonalGaussian } from '../distributions/index.js';
import { exp } from '../gradients/index.js';
import type { ApplyOptions } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkExamples, checkFloat, checkFunction, checkInteger } from '../tensor/checks.js';
import { readTensor } from '../tensor/lost-backend.js';
import type { Decoder } from './decoder.js';
import type { GaussianEncoder } from './gaussian-encoder.js';
import { sharingCondition } from './sharing-condition.js';
import { readOptions } from '../tensor/options.js';

/**
 * The importance-weighted bound of log p(x), per example, in nats: tighter than the ELBO, and tight in the limit of many samples.
 *
 * bound = log( 1/K sum_k w_k ), w_k = p(x|z_k) p(z_k) / q(z_k|x), z_k from q(z|x)
 *
 * @param logWeights - log w_k, `[samples, batch]`, in nats
 * @returns `[batch]`, nats; the caller disposes it
 * @throws {@link ShapeError} if the weights have another rank
 * @remarks With one sample it is the ELBO. Its gradient weights the samples by w_k / sum w.
 * @example
 * ```ts
 * const bound = importanceWeightedBound(tf.log(tf.tensor2d([[1], [3]])));
 * console.log(await bound.data()); // log 2 = 0.693
 * ```
 * @see Burda, Grosse and Salakhutdinov 2016, equation 8, https://arxiv.org/abs/1509.00519
 */
export function importanceWeightedBound(logWeights: Tensor): Tensor {
  checkFloat('importanceWeightedBound', 'logWeights', logWeights, [null, null], 'Stack the samples on the first axis.');
  const samples = logWeights.shape[0];
  return tf.tidy(() => {
    const greatest = constantMaximum(logWeights);
    const sum = tf.sum(exp(tf.sub(logWeights, greatest)), 0);
    return tf.sub(tf.add(tf.log(sum), greatest), Math.log(samples));
  });
}

/** The largest log-weight of each example, as a constant: it cancels, and tf.max has no second derivative. */
function constantMaximum(logWeights: Tensor): Tensor {
  return tf.customGrad((x) => ({
    value: tf.max(x as Tensor, 0),
    gradFunc: () => tf.zeros((x as Tensor).shape),
  }))(logWeights);
}

/** A model whose importance weights can be computed. */
export interface VaeParts {
  /** q(z|x). */
  readonly encoder: GaussianEncoder;
  /** p(x|z). */
  readonly decoder: Decoder;
}

/** Throws unless the parts are an encoder and a decoder; `of` goes before their names in the message. */
export function checkVaeParts(where: string, parts: Partial<VaeParts> | undefined, of = ''): void {
  checkFunction(where, `${of}encoder.encode`, parts?.encoder?.encode);
  checkFunction(where, `${of}decoder.decode`, parts?.decoder?.decode);
}

/** The log-weights of samples from the posterior, and their log-likelihoods, each `[samples, batch]`. */
export interface WeightedSamples {
  readonly posterior: DiagonalGaussian;
  readonly logWeights: Tensor;
  readonly logLikelihood: Tensor;
  /** The decoder's output for all of them. */
  readonly parameters: Tensor;
}

/** Draws `samples` latents per example in one pass of encoder and decoder. Call it inside a tidy. */
export function drawWeights(
  parts: VaeParts,
  x: Tensor,
  samples: number,
  random: RandomStream,
  options: ApplyOptions,
): WeightedSamples {
  const { encoder, decoder } = sharingCondition(parts);
  const batch = x.shape[0];
  const posterior = encoder.encode(x, options);
  const noise = random.normal([samples, ...posterior.mean.shape]);
  const rows = [samples * batch, encoder.latentSize];
  const z = tf.reshape(reparameterize(posterior, noise), rows);
  const repeated = (tensor: Tensor): Tensor =>
    tf.tile(tensor, [samples, ...new Array<number>(tensor.rank - 1).fill(1)]);
  const condition = options.condition && repeated(options.condition);
  const parameters = decoder.decode(z, { ...options, condition });
  const logLikelihood = decoder.likelihood.logProb(repeated(x), parameters);
  const zeros = tf.zeros([1, encoder.latentSize]);
  const logPrior = logProbOf(z, { mean: zeros, logVariance: zeros });
  // log q(z|x) in terms of the noise, which is more accurate than z - mean
  const logVariance = tf.sum(posterior.logVariance, 1);
  const noiseLogProb = logProbOf(tf.reshape(noise, rows), { mean: zeros, logVariance: zeros });
  const logPosterior = tf.sub(tf.reshape(noiseLogProb, [samples, batch]), tf.mul(0.5, logVariance));
  const grid = (tensor: Tensor): Tensor => tf.reshape(tensor, [samples, batch]);
  const logWeights = tf.sub(tf.add(grid(logLikelihood), grid(logPrior)), logPosterior);
  return { posterior, logWeights, logLikelihood: grid(logLikelihood), parameters };
}

/** The result of {@link estimateLogLikelihood}. */
export interface LogLikelihoodEstimate {
  /** The mean of log p(x) over the examples, in nats: a lower bound in expectation, tight for many samples. */
  readonly nats: number;
  /** The standard error of `nats` due to the finite number of samples (not to the choice of examples), in nats; NaN for one. */
  readonly standardError: number;
  /** The mean over the examples of (sum w)^2 / sum w^2: the number of samples on which the estimate effectively rests. */
  readonly effectiveSampleSize: number;
}

/** Options of {@link estimateLogLikelihood}. */
export interface EstimateOptions {
  /** Samples from the posterior per example, at least 1; 500 is usual. */
  readonly samples: number;
  /** The stream from which the samples are drawn. */
  readonly random: RandomStream;
  /** The condition of the model, such as class labels. */
  readonly condition?: Tensor | undefined;
}

/** Rows per pass through the decoder. */
const ROWS = 2048;

/**
 * Estimates the log-likelihood of data by importance sampling: the mean of log p(x) over the examples, in nats.
 *
 * log p(x) = log( 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x) ), z_k from q(z|x)
 *
 * @param parts - encoder and decoder
 * @param x - data, `[batch, ...]`
 * @param options - see {@link EstimateOptions}
 * @returns the estimate, its standard error by the delta method, and the effective sample size
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @remarks Reads the device once per chunk of samples. An effective sample size near 1 means that the estimate rests on
 * single samples and is too low.
 * @example
 * ```ts
 * const { nats, standardError } = await estimateLogLikelihood({ encoder, decoder }, x, { samples: 500, random });
 * ```
 * @see Burda, Grosse and Salakhutdinov 2016, section 5, https://arxiv.org/abs/1509.00519
 */
export async function estimateLogLikelihood(
  parts: VaeParts,
  x: Tensor,
  options: EstimateOptions,
): Promise<LogLikelihoodEstimate> {
  checkVaeParts('estimateLogLikelihood', parts);
  checkExamples('estimateLogLikelihood', 'x', x);
  const { samples, random, condition } = readOptions('estimateLogLikelihood', options, {
    samples: checkInteger,
    random: checkRandom,
    condition: { default: undefined },
  });
  const batch = x.shape[0];
  const sums = Array.from({ length: batch }, () => createLogSum());
  const atOnce = Math.max(1, Math.floor(ROWS / batch));
  for (let done = 0; done < samples; done += atOnce) {
    const count = Math.min(atOnce, samples - done);
    const logWeights = tf.tidy(() => drawWeights(parts, x, count, random, { condition }).logWeights);
    try {
      const values = await readTensor('estimateLogLikelihood', logWeights);
      values.forEach((logWeight, i) => sums[i % batch]!.add(logWeight));
    } finally {
      logWeights.dispose();
    }
  }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / batch;
  const sizes = sums.map(({ effectiveSampleSize }) => effectiveSampleSize());
  // var(log of a mean) = var(w) / (K mean(w)^2) = 1/ESS - 1/K; unbiased for K samples by K / (K - 1)
  const correction = samples > 1 ? samples / (samples - 1) : NaN;
  const variances = sizes.map((size) => Math.max(0, 1 / size - 1 / samples) * correction);
  return {
    nats: mean(sums.map(({ log }) => log() - Math.log(samples))),
    standardError: Math.sqrt(mean(variances) / batch),
    effectiveSampleSize: mean(sizes),
  };
}

/** Sums exp(value) and exp(value)^2 in float64 without overflow. */
function createLogSum(): { add(value: number): void; log(): number; effectiveSampleSize(): number } {
  let greatest = -Infinity;
  let sum = 0;
  let squares = 0;
  return {
    add(value) {
      if (value === -Infinity) return;
      if (value > greatest) {
        const scale = Math.exp(greatest - value);
        sum *= scale;
        squares *= scale * scale;
        greatest = value;
      }
      const weight = Math.exp(value - greatest);
      sum += weight;
      squares += weight * weight;
    },
    log: () => greatest + Math.log(sum),
    effectiveSampleSize: () => (sum * sum) / squares,
  };
}
