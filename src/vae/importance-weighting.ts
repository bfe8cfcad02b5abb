import { checkConditionTensor } from '../nets/apply-options.js';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkConditionRead } from '../nets/classes-of.js';
import type { ApplyOptions } from '../nets/network.js';
import { repeatExamples } from '../nets/repeat-examples.js';
import { logSumExp } from '../operations/log-sum-exp.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkExamples, checkFloat, checkInteger } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions } from '../tensor/options.js';
import { checkData } from '../training/data/batch.js';
import { logLikelihoodOf } from './elbo.js';
import { drawLatents } from './latent-encoder.js';
import { klBlocks, klOfBlocks, logPriorOf } from './latent-kl.js';
import { readVae, type Vae, type VaeParts } from './vae-parts.js';

/**
 * The importance-weighted bound on log p(x), per example, in nats: tighter than the ELBO, and tight in the limit of many samples.
 *
 * bound = log( 1/K sum_k w_k ), w_k = p(x|z_k) p(z_k) / q(z_k|x), z_k from q(z|x)
 *
 * @param logWeights - log w_k, `[samples, batch]`, in nats
 * @returns `[batch]`, nats; the caller disposes it
 * @throws {@link ShapeError} if the weights have another rank; RangeError if there are no samples
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
  checkInteger('importanceWeightedBound', 'logWeights.shape[0]', logWeights.shape[0]);
  return tf.tidy(() => tf.sub(logSumExp(logWeights, 0), Math.log(logWeights.shape[0])));
}

/**
 * Draws `samples` latents per example in one pass of encoder and decoder, with their log-weights and log-likelihoods, each
 * `[samples, batch]`, the decoder's output, and KL(q(z|x) || p(z)), the mean over the samples, `[batch]`. Call it inside a tidy.
 */
export function drawWeights(
  { encoder, decoder, prior }: Vae,
  x: Tensor,
  samples: number,
  random: RandomStream,
  options: ApplyOptions,
) {
  const batch = x.shape[0];
  const grid = (tensor: Tensor): Tensor => tf.reshape(tensor, [samples, batch]);
  const drawn = drawLatents(encoder, x, random, { ...options, samples });
  const perRow = { ...options, condition: options.condition && repeatExamples(options.condition, samples) };
  const parameters = decoder.decode(drawn.z, perRow);
  const logLikelihood = grid(logLikelihoodOf(repeatExamples(x, samples), parameters, decoder.likelihood));
  const logPrior = grid(logPriorOf(drawn.z, prior, perRow));
  const logWeights = tf.sub(tf.add(logLikelihood, logPrior), grid(drawn.logProb()));
  const kl = (): Tensor => {
    const blocks = klBlocks(drawn, prior, perRow);
    if (blocks === undefined) return tf.mean(tf.sub(logLikelihood, logWeights), 0);
    const inClosedForm = klOfBlocks(blocks);
    return inClosedForm.size === batch ? inClosedForm : tf.mean(grid(inClosedForm), 0);
  };
  return { drawn, logWeights, logLikelihood, parameters, kl };
}

/** The result of {@link estimateLogLikelihood}. */
export interface LogLikelihoodEstimate {
  /** The mean of log p(x) over the examples, in nats: a lower bound in expectation, tight for many samples. */
  readonly nats: number;
  /** The standard error of `nats` due to the finite number of samples (not to the choice of examples), in nats; NaN for one. */
  readonly standardError: number;
  /** The mean over the examples of (sum w)^2 / sum w^2, the number of equally weighted samples that would be as accurate. */
  readonly effectiveSampleSize: number;
  /** The estimate for each example, in nats: a low one marks an example that is unlike the training data. */
  readonly perExample: Float64Array;
}

/** Options of {@link estimateLogLikelihood}. */
export interface EstimateOptions {
  /** Samples from the posterior per example, at least 1; 500 is usual. */
  readonly samples: number;
  /** The stream from which the samples are drawn. */
  readonly random: RandomStream;
  /** The condition of the model, such as class labels; none by default. */
  readonly condition?: Tensor | undefined;
}

/** The largest number of rows per pass through the decoder. */
const MAX_ROWS = 2048;

/**
 * Estimates the log-likelihood of data by importance sampling: the mean of log p(x) over the examples, in nats.
 *
 * log p(x) = log( 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x) ), z_k from q(z|x)
 *
 * @param parts - encoder, decoder and, if it is not N(0, I), the prior
 * @param x - data, `[batch, ...]`
 * @param options - see {@link EstimateOptions}
 * @returns the estimate, its standard error by the delta method, the effective sample size, and the estimate for each example
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong, for example if x is empty, or holds NaN or numbers outside
 *   the likelihood's range; Error if a density is NaN
 * @remarks It reads the device once per chunk of samples. If the effective sample size is near 1, single samples dominate the estimate,
 * which is then too low.
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
  const model = readVae('estimateLogLikelihood', parts);
  checkExamples('estimateLogLikelihood', 'x', x);
  const { samples, random, condition } = readOptions('estimateLogLikelihood', options, {
    samples: checkInteger,
    random: checkRandom,
    condition: { is: checkConditionTensor, default: undefined },
  });
  const { encoder, decoder, prior } = model;
  checkConditionRead('estimateLogLikelihood', '', { condition }, encoder, decoder, prior);
  await checkData('estimateLogLikelihood', x, decoder.likelihood.range);
  const batch = x.shape[0];
  const sums = Array.from({ length: batch }, () => createLogSum());
  const chunk = Math.max(1, Math.floor(MAX_ROWS / batch));
  for (let done = 0; done < samples; done += chunk) {
    const count = Math.min(chunk, samples - done);
    const logWeights = tf.tidy(() => drawWeights(model, x, count, random, { condition }).logWeights);
    const values = await readTensor('estimateLogLikelihood', logWeights).finally(() => logWeights.dispose());
    const wrong = values.find((logWeight) => !(logWeight < Infinity));
    if (wrong !== undefined)
      throw unusable('estimateLogLikelihood', 'parts', 'must give finite numbers', { got: wrong });
    values.forEach((logWeight, i) => sums[i % batch]!.add(logWeight));
  }
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / batch;
  const sizes = sums.map(({ effectiveSampleSize }) => effectiveSampleSize());
  // var(log of a mean) = var(w) / (K mean(w)^2) = 1/ESS - 1/K; unbiased for K samples by K / (K - 1)
  const correction = samples > 1 ? samples / (samples - 1) : NaN;
  const variances = sizes.map((size) => Math.max(0, 1 / size - 1 / samples) * correction);
  const perExample = Float64Array.from(sums, ({ log }) => log() - Math.log(samples));
  return {
    nats: mean(perExample),
    standardError: Math.sqrt(mean(variances) / batch),
    effectiveSampleSize: mean(sizes),
    perExample,
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
    effectiveSampleSize: () => (sum * sum) / (squares || 1),
  };
}
