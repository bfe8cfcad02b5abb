import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LatentPrior } from '../distributions/index.js';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkInteger, checkNumber } from '../tensor/checks.js';
import { checkSchedule, valueAt, type Schedule } from '../training/optimizers/schedules.js';
import type { Decoder } from './decoder.js';
import { logLikelihoodOf } from './elbo.js';
import { drawWeights, importanceWeightedBound } from './importance-weighting.js';
import { drawLatents, type Drawn, type LatentEncoder } from './latent-encoder.js';
import { klAtDraw, klBlocks, klOfBlocks, type KlBlock } from './latent-kl.js';
import { perDimension } from './latent-usage.js';
import { priorOf } from './vae-parts.js';
import { readOptions } from '../tensor/options.js';
import { madeBy } from '../tensor/made-by.js';

/** The input of an objective: the model, and the arguments with which to call it. */
export interface ObjectiveInput {
  /** q(z|x); an encoder from {@link createGaussianEncoder} also has `encode`. */
  readonly encoder: LatentEncoder;
  /** p(x|z). */
  readonly decoder: Decoder;
  /** p(z), which a trainer always passes; the default is that of {@link VaeParts}. */
  readonly prior?: LatentPrior | undefined;
  /** Data, `[batch, ...]`. */
  readonly x: Tensor;
  /** The stream from which latents are drawn. */
  readonly random: RandomStream;
  /** Updates made before this one. */
  readonly step: number;
  /** Options for the encoder, the decoder and the prior. */
  readonly options: ApplyOptions;
}

/**
 * The value of an objective: the loss, a scalar, and the terms of the true bound in nats, each as the mean over the batch
 * (a scalar) or as `[batch]`.
 */
export interface ObjectiveValue {
  /** The quantity to minimise, a scalar. */
  readonly loss: Tensor;
  /** The true lower bound on log p(x), which may differ from the negative loss. */
  readonly elbo: Tensor;
  /** log p(x|z), averaged over the samples of z. */
  readonly logLikelihood: Tensor;
  /** KL(q(z|x) || p(z)). */
  readonly kl: Tensor;
  /** The decoder's output; without it, there is no verdict on probabilities instead of logits. */
  readonly parameters?: Tensor | undefined;
  /** The latents that were decoded, sample-major; without them there are no verdicts on the prior. */
  readonly z?: Tensor | undefined;
}

/**
 * The quantity that the training of a variational autoencoder maximises. The loss is its negative, and the true ELBO is reported as well.
 * {@link elboObjective} and {@link importanceWeightedObjective} make such records; you can also write one by hand.
 */
export interface VaeObjective {
  /** The loss and the terms of the bound; called inside a tidy, once per update. */
  evaluate(input: ObjectiveInput): ObjectiveValue;
}

/** Options of {@link elboObjective}. */
export interface ElboObjectiveOptions {
  /** Weight of the KL term, at least 0, or a schedule over updates; default 1. There are no verdicts on the prior while it rises. */
  readonly beta?: number | Schedule | undefined;
  /**
   * The KL per latent dimension, averaged over the batch, that is not penalised, in nats; default 0. In a block whose divergence has no closed
   * form, it is compared with the mean over the dimensions.
   */
  readonly freeNats?: number | undefined;
}

/**
 * The ELBO as the objective, with a weight for its KL term and free nats.
 *
 * loss = -mean log p(x|z) + beta sum_j max(freeNats, mean KL_j), with means over the batch and j over latent dimensions
 *
 * @param options - see {@link ElboObjectiveOptions}
 * @throws RangeError if a number is below 0
 * @remarks With beta 1 and no free nats the loss is -ELBO. A beta above 1 encourages disentangled latents, one below 1
 * sharpens reconstructions; a ramp from 0 and free nats keep latents in use. The reported `elbo` is the true bound in all cases.
 * @example
 * ```ts
 * const objective = elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: 1000 }), freeNats: 0.1 });
 * ```
 * @see Higgins et al. 2017, beta-VAE; Kingma et al. 2016, section C.8, https://arxiv.org/abs/1606.04934 for free nats
 */
export function elboObjective(options: ElboObjectiveOptions = {}): VaeObjective {
  const read = readOptions('elboObjective', options, {
    beta: { is: checkSchedule, default: 1, least: 0 },
    freeNats: { is: checkNumber, default: 0, least: 0 },
  });
  const { beta, freeNats } = read;
  const made: VaeObjective = {
    evaluate({ encoder, decoder, prior = priorOf({ encoder }), x, random, step, options }) {
      const weight = valueAt(beta, step);
      checkNumber('elboObjective', 'beta', weight, { least: 0 });
      const drawn = drawLatents(encoder, x, random, options);
      const parameters = decoder.decode(drawn.z, options);
      // each mean is computed once, and nothing is multiplied by 1: on a GPU the time of a step depends on the number of kernels
      const logLikelihood = tf.mean(logLikelihoodOf(x, parameters, decoder.likelihood));
      const blocks = klBlocks(drawn, prior, options);
      const kl = tf.mean(blocks === undefined ? klAtDraw(drawn, prior, options) : klOfBlocks(blocks));
      const cost = freeNats === 0 ? kl : costAbove(freeNats, kl, blocks, drawn.z);
      const loss = tf.sub(weight === 1 ? cost : tf.mul(weight, cost), logLikelihood);
      const elbo = tf.sub(logLikelihood, kl);
      // while its weight rises, the KL does not yet keep the latents near the prior, so the prior gets no verdict; within a twentieth of its
      // end a schedule counts as complete, because some never reach it
      const rises = (ahead: number): boolean => valueAt(beta, step + ahead) > 1.05 * weight;
      const z = rises(400) || rises(step + 1000) ? undefined : drawn.z;
      return { loss: withPenalty(loss, drawn), elbo, logLikelihood, kl, parameters, z };
    },
  };
  return madeBy('elboObjective', read, made);
}

/**
 * The importance-weighted bound as the objective: it is tighter than the ELBO, and constrains the posterior less.
 *
 * loss = -mean log( 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x) )
 *
 * @param options - `samples`, K, at least 1; 5 is usual; a step costs K passes of the decoder
 * @throws RangeError if `samples` is not a positive integer
 * @remarks The reported `elbo` is the true ELBO, averaged over the K samples, and is below the bound.
 * @example
 * ```ts
 * const objective = importanceWeightedObjective({ samples: 5 });
 * ```
 * @see Burda, Grosse and Salakhutdinov 2016, https://arxiv.org/abs/1509.00519
 */
export function importanceWeightedObjective(options: { readonly samples: number }): VaeObjective {
  const read = readOptions('importanceWeightedObjective', options, { samples: checkInteger });
  const made: VaeObjective = {
    evaluate({ encoder, decoder, prior = priorOf({ encoder }), x, random, options }) {
      const model = { encoder, decoder, prior };
      const { drawn, logWeights, parameters, ...weighted } = drawWeights(model, x, read.samples, random, options);
      const logLikelihood = tf.mean(weighted.logLikelihood, 0);
      const kl = weighted.kl();
      const loss = withPenalty(tf.neg(tf.mean(importanceWeightedBound(logWeights))), drawn);
      return { loss, elbo: tf.sub(logLikelihood, kl), logLikelihood, kl, parameters, z: drawn.z };
    },
  };
  return madeBy('importanceWeightedObjective', read, made);
}

/** The loss plus the encoder's own loss, if it has one. */
function withPenalty(loss: Tensor, { penalty }: Drawn): Tensor {
  return penalty === undefined ? loss : tf.add(loss, tf.mean(penalty));
}

/** The KL of a batch, with at least `freeNats` for each latent dimension, or for their mean if there is no closed form. */
function costAbove(freeNats: number, kl: Tensor, blocks: readonly KlBlock[] | undefined, z: Tensor): Tensor {
  if (blocks === undefined) return tf.maximum(kl, freeNats * z.shape[1]!);
  const [first, ...others] = blocks.map((block) =>
    'atDraw' in block
      ? tf.maximum(tf.mean(block.atDraw), freeNats * block.size)
      : tf.sum(tf.maximum(perDimension(block.q, block.p), freeNats)),
  );
  return others.reduce((sum, cost) => tf.add(sum, cost), first!);
}
