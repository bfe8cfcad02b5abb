import * as tf from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkGiven, checkRecord, checkResult } from '../tensor/checks.js';
import { nested, optional, readOptions } from '../tensor/options.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { checkAverage, checkMeaning, type AverageOptions } from '../training/trainer/average.js';
import { createLossTrainer } from '../training/trainer/create-trainer.js';
import { partOf, type Trainer } from '../training/trainer/trainer.js';
import type { LossTrainerOptions } from '../training/trainer/trainer-options.js';
import type { GaussianEncoder } from './gaussian-encoder.js';
import type { VaeEncoder } from './latent-encoder.js';
import { isStandard } from './latent-kl.js';
import { elboObjective, type VaeObjective } from './objectives.js';
import type { LatentsSeen } from './prior-verdicts.js';
import { sharingCondition } from './sharing-condition.js';
import {
  checkSupport,
  checkVaeParts,
  priorOf,
  priorPart,
  withEncode,
  type AnyVae,
  type VaeParts,
} from './vae-parts.js';
import { watchVae, type VaeSeen, type VaeVerdictKind } from './verdicts.js';

/** The metrics of a VAE's trainer: the loss that is minimised, and the terms of the true bound in nats per example. */
export type VaeMetric = 'loss' | 'elbo' | 'logLikelihood' | 'kl';

/** Options of {@link createVaeTrainer}; `E` is the type of the encoder. */
export interface VaeTrainerOptions<E extends VaeEncoder = GaussianEncoder> extends VaeParts<E> {
  /** From {@link createAdam}, or any `tf.Optimizer`; one for each trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of the latents' noise, through its fork `vae trainer`. */
  readonly random: RandomStream;
  /** The objective to maximise; {@link elboObjective} by default. */
  readonly objective?: VaeObjective | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
  /** Running averages of all parts, which give better pictures; of a prior, too, if it has variables. */
  readonly average?: AverageOptions<VaeParts<E>> | undefined;
}

/**
 * A trainer for a variational autoencoder.
 *
 * One step: z = mean + exp(logVariance / 2) noise of q(z|x); parameters of p(x|z); one update of both networks, and of a prior with
 * variables, along the gradient of the objective.
 *
 * @param options - see {@link VaeTrainerOptions}
 * @returns a trainer with the metrics `loss`, `elbo`, `logLikelihood` and `kl`, means over the batch. It does not own
 *   encoder, decoder, prior or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @example
 * ```ts
 * const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { elbo } = await readMetrics(trainer.step(x));
 * ```
 * @see Kingma and Welling 2014, algorithm 1, https://arxiv.org/abs/1312.6114
 */
export function createVaeTrainer(options: VaeTrainerOptions<VaeEncoder>): Trainer<VaeMetric, VaeVerdictKind> {
  return createLossTrainer<VaeMetric, VaeVerdictKind, VaeSeen>({
    ...modelOf('createVaeTrainer', options),
    ...watchVae(options),
  });
}

/**
 * The model of {@link createVaeTrainer} for {@link createTrainer}: the same updates, without verdicts and without the bytes of the code
 * for them.
 *
 * @param options - those of {@link createVaeTrainer}
 * @returns the model; a spread copy may add a `judge`
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * const model = vaeModel({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { elbo } = await readMetrics(createTrainer(model).step(x));
 * ```
 */
export function vaeModel(options: VaeTrainerOptions<VaeEncoder>): LossTrainerOptions<VaeMetric, never> {
  return modelOf('vaeModel', options) as LossTrainerOptions<VaeMetric, never>;
}

function modelOf(
  caller: string,
  options: VaeTrainerOptions<VaeEncoder>,
): LossTrainerOptions<VaeMetric, never, VaeSeen> {
  const { encoder, decoder, prior, objective, average, ...shared } = readOptions(caller, options, {
    encoder: {},
    decoder: {},
    optimizer: {},
    random: {},
    objective: { is: checkObjective, default: elboObjective() },
    clipNorm: optional,
    average: nested,
    prior: nested,
  });
  checkVaeParts(caller, options);
  checkSupport(caller, encoder, priorOf(options));
  const given = { encoder, decoder, prior };
  const parts = partsOf(given);
  if (average !== undefined) {
    const { into, decay } = average;
    checkVaeParts(caller, into, 'average.into.');
    checkAverage(caller, 'average', together(parts), { into: together(partsOf(into)), decay });
    checkMeaning(caller, 'average.into', { prior: priorOf(given) }, { prior: priorOf(into) });
    for (const name of ['encoder', 'decoder'] as const)
      checkMeaning(caller, `average.into.${name}`, given[name], into[name]);
  }
  const { likelihood } = decoder;
  const slots = sharingCondition(given);
  const model = { ...slots, encoder: withEncode(slots.encoder) };
  return {
    ...shared,
    caller,
    name: 'vae',
    parts,
    averages: average && averagesOf(partsOf(average.into), average.decay),
    accepts: { range: likelihood?.range },
    settings: { objective, likelihood, prior: isStandard(model.prior) ? undefined : priorOf(given) },
    loss: ({ x, random: noise, step, options: applyOptions, look }) => {
      const value = objective.evaluate({ ...model, x, random: noise, step, options: applyOptions });
      checkGiven('step', 'objective.evaluate', value, '{ loss, elbo, logLikelihood, kl }');
      const { loss, elbo, logLikelihood, kl, parameters, z } = value;
      for (const [name, term] of Object.entries({ loss, elbo, logLikelihood, kl }))
        checkResult('step', `objective.evaluate(...).${name}`, term);
      const latents = (): LatentsSeen => ({
        z: tf.slice(z!, 0, x.shape[0]),
        prior: model.prior,
        random: noise.fork('look').fork(String(step)),
        options: applyOptions,
      });
      look(() => ({ kl, parameters, latents: z && latents() }));
      return { loss, elbo, logLikelihood, kl };
    },
  };
}

/** The parts of a model by their names in a checkpoint; the prior has variables of its own, or is no part. */
function partsOf({ encoder, decoder, ...given }: AnyVae): Readonly<Record<string, Part>> {
  const prior = priorPart(priorOf({ encoder, ...given }), encoder, decoder);
  return { encoder, decoder, ...(prior && { prior }) };
}

function together(parts: Readonly<Record<string, Part>>): Part {
  return partOf(...Object.values(parts));
}

function averagesOf(
  parts: Readonly<Record<string, Part>>,
  decay: number,
): Readonly<Record<string, AverageOptions<Part>>> {
  return Object.fromEntries(Object.entries(parts).map(([name, into]) => [name, { into, decay }]));
}

function checkObjective(where: string, argument: string, objective: VaeObjective): void {
  checkRecord(where, argument, objective, 'evaluate', 'elboObjective(), importanceWeightedObjective(...)');
}
