import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LatentPrior } from '../distributions/index.js';
import { stopGradient } from '../gradients/stop-gradient.js';
import { checkConditionRead } from '../nets/classes-of.js';
import type { ApplyOptions, Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import type { AverageOptions } from '../training/trainer/average.js';
import { trainerBy } from '../training/trainer/create-trainer.js';
import { lossKind } from '../training/trainer/read-game.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { priorVerdicts, type LatentsShown } from '../verdicts/prior-verdicts.js';
import { drawLatents, readEncoder, type LatentEncoder, type VaeEncoder } from './latent-encoder.js';
import { logPriorOf } from './latent-kl.js';
import { checkDensity, checkSupport, priorPart } from './vae-parts.js';
import { averagesOf, trainerRules } from '../training/trainer/trainer-options.js';
import { checkOptimizer } from '../training/optimizers/read-optimizer.js';

/** Options of {@link createPriorTrainer}. */
export interface PriorTrainerOptions {
  /** The prior to train, which needs a density and variables. */
  readonly prior: LatentPrior & Part;
  /** The trained encoder whose latents the prior learns; it does not change. */
  readonly encoder: VaeEncoder;
  /** From {@link createAdam}, or any `tf.Optimizer`; one for each trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of the latents' noise, through its fork `prior trainer`. */
  readonly random: RandomStream;
  /** A running average of the prior, which often fits the latents better; none by default. */
  readonly average?: AverageOptions<LatentPrior & Part> | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
}

/**
 * A trainer for the prior of an encoder that is already trained: the second stage of a VAE.
 *
 * loss = -mean log p(z), z from q(z|x)
 *
 * @param options - see {@link PriorTrainerOptions}
 * @returns a trainer with the metrics `loss` and `kl`, means over the batch in nats per example: of -log p(z), which is minimised, and of
 *   log q(z|x) - log p(z). Its batches are those of the VAE. It does not own prior, encoder or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks The encoder runs without dropout, and no gradient reaches it. A second stage improves samples and the bound only as far as the
 *   prior limited them: the encoder and the decoder do not change.
 * @example
 * ```ts
 * const prior = createMixturePrior({ components: 50, latentSize: 4, random });
 * const trainer = createPriorTrainer({ prior, encoder, optimizer: createAdam({ learningRate: 3e-3 }), random });
 * const { kl } = await readMetrics(trainer.step(x));
 * ```
 * @see Dai and Wipf 2019, Diagnosing and Enhancing VAE Models, section 4, https://arxiv.org/abs/1903.05789
 */
export function createPriorTrainer(options: PriorTrainerOptions): Trainer<'loss' | 'kl'> {
  const caller = 'createPriorTrainer';
  const { prior, encoder, average, ...shared } = readOptions(caller, options, {
    prior: checkDensity,
    encoder: {},
    optimizer: checkOptimizer,
    ...trainerRules,
  });
  const drawing = readEncoder(caller, 'encoder', encoder);
  checkSupport(caller, { encoder: drawing, prior });
  const part = ownPart(caller, 'prior', prior, drawing);
  const own = average && { ...average, into: ownPart(caller, 'average.into', average.into, drawing) };
  return trainerBy(
    caller,
    {
      ...shared,
      name: 'prior',
      parts: { prior: part },
      settings: { prior, encoder: drawing },
      averages: averagesOf(caller, 'prior', part, own),
      observers: [priorVerdicts()],
      loss: ({ x, random: noise, step, look, options }) => {
        const { condition, training } = options;
        checkConditionRead('step', 'batch.', options, drawing, prior);
        const drawn = stopGradient(() => latentsOf(drawing, x, noise, { condition }));
        const size = drawn.shape[1]! - 1;
        const z = tf.slice(drawn, [0, 0], [-1, size]);
        const logPosterior = tf.reshape(tf.slice(drawn, [0, size], [-1, 1]), [-1]);
        const applyOptions = { training, random: noise, condition };
        const logPrior = logPriorOf(z, prior, applyOptions);
        const latents = (): LatentsShown => ({
          z,
          prior,
          random: noise.fork('look').fork(String(step)),
          options: applyOptions,
        });
        look(() => ({ latents: latents() }));
        return { loss: tf.neg(tf.mean(logPrior)), kl: tf.sub(logPosterior, logPrior) };
      },
    },
    lossKind,
  );
}

/** Latents, with their log-densities as a last column. */
function latentsOf(encoder: LatentEncoder, x: Tensor, random: RandomStream, options: ApplyOptions): Tensor {
  const { z, logProb } = drawLatents(encoder, x, random, options);
  return tf.concat([z, tf.expandDims(logProb(), 1)], 1);
}

/** The prior as a part; throws unless it has variables that are not the encoder's. */
function ownPart(where: string, argument: string, prior: LatentPrior & Part, encoder: LatentEncoder): Part {
  const part = priorPart(prior ?? {}, encoder);
  if (part !== undefined) return part;
  throw wrongKind(where, argument, 'must have variables to train', {
    got: prior,
    fix: 'Make one with createMixturePrior(...).',
  });
}
