import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/index.js';
import { createVaeWatch, judgeVae, LOOK_EVERY, type VaeVerdictKind } from './verdicts.js';
import type { Decoder } from './decoder.js';
import { checkGiven, checkRecord } from '../tensor/checks.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { checkAverage, type AverageOptions } from '../training/trainer/average.js';
import { buildTrainer } from '../training/trainer/create-trainer.js';
import { partOf } from '../training/trainer/part-of.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { checkVaeParts, type VaeParts } from './importance-weighting.js';
import { sharingCondition } from './sharing-condition.js';
import { elboObjective, type VaeObjective } from './objectives.js';
import { checkFields } from '../tensor/options.js';

/** What a VAE's trainer reports: the loss that is minimised, and the terms of the true bound in nats per example. */
export type VaeMetric = 'loss' | 'elbo' | 'logLikelihood' | 'kl';

/** Options of {@link createVaeTrainer}. */
export interface VaeTrainerOptions extends VaeParts {
  /** From {@link createAdam}, or any `tf.Optimizer`; one for each trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** Draws the latents: its fork `vae trainer`. */
  readonly random: RandomStream;
  /** What is maximised; {@link elboObjective} by default. */
  readonly objective?: VaeObjective | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
  /** Running averages of both parts, which give better pictures. */
  readonly average?: AverageOptions<VaeParts> | undefined;
}

/**
 * A trainer of a variational autoencoder.
 *
 * One step: z = mean + exp(logVariance / 2) noise of q(z|x); parameters of p(x|z); one update of both networks along the
 * gradient of the objective.
 *
 * @param options - see {@link VaeTrainerOptions}
 * @returns a trainer with the metrics `loss`, `elbo`, `logLikelihood` and `kl`, means over the batch. It does not own
 *   encoder, decoder or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @example
 * ```ts
 * const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { elbo } = await readMetrics(trainer.step(x));
 * ```
 * @see Kingma and Welling 2014, algorithm 1, https://arxiv.org/abs/1312.6114
 */
export function createVaeTrainer(options: VaeTrainerOptions): Trainer<VaeMetric, VaeVerdictKind> {
  const where = 'createVaeTrainer';
  const names = 'encoder decoder optimizer random objective clipNorm average';
  const { encoder, decoder, optimizer, random, ...others } = checkFields(where, options, names);
  const { objective = elboObjective(), clipNorm, average } = others;
  checkVaeParts(where, options);
  checkRecord(where, 'objective', objective, 'evaluate', 'elboObjective(), importanceWeightedObjective(...)');
  if (average !== undefined) {
    const { into, decay } = average;
    checkVaeParts(where, into, 'average.into.');
    const both = partOf(into.encoder, into.decoder);
    checkAverage(where, 'average', partOf(encoder, decoder), { into: both, decay });
  }
  const averageOf = (part: keyof VaeParts) => ({ into: average!.into[part], decay: average!.decay });
  const watch = createVaeWatch();
  const told = sharingCondition({ encoder, decoder });
  return buildTrainer<VaeMetric, VaeVerdictKind>(where, {
    name: 'vae',
    parts: { encoder, decoder },
    optimizer,
    random,
    clipNorm,
    averages: average && { encoder: averageOf('encoder'), decoder: averageOf('decoder') },
    accepts: { range: decoder.likelihood?.range },
    passingEvidence: { watch: watch.evidence },
    settings: { objective, likelihood: decoder.likelihood },
    loss: ({ x, random: noise, step, options: applyOptions }) => {
      let seen: Tensor | undefined;
      const decode: Decoder['decode'] = (z, options) => (seen = told.decoder.decode(z, options));
      const parts = { encoder: told.encoder, decoder: { ...told.decoder, decode } };
      const input = { ...parts, x, random: noise, step, options: applyOptions };
      const value = objective.evaluate(input);
      checkGiven('step', 'objective.evaluate', value, '{ loss, elbo, logLikelihood, kl }');
      const { loss, elbo, logLikelihood, kl } = value;
      if (applyOptions.training && step % LOOK_EVERY === 0 && seen !== undefined) watch.look(seen, kl);
      return { loss, elbo, logLikelihood, kl };
    },
    judge: ({ kl }, { evidence }) =>
      judgeVae(kl, evidence['watch']!, {
        looks: watch.looks,
        takesLogits: decoder.likelihood?.logits === true,
        hasObjective: options.objective !== undefined,
      }),
  });
}
