import * as tf from '@tensorflow/tfjs-core';
import { checkConditionRead } from '../nets/classes-of.js';
import type { Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkGiven, checkRecord, checkResult } from '../tensor/checks.js';
import { nested, readOptions } from '../tensor/options.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { checkAverage, checkMeaning, type AverageOptions } from '../training/trainer/average.js';
import { trainerBy } from '../training/trainer/create-trainer.js';
import { lossKind } from '../training/trainer/read-game.js';
import { partOf, type Trainer } from '../training/trainer/trainer.js';
import type { LossTrainerOptions } from '../training/trainer/trainer-options.js';
import { dataVerdicts } from '../verdicts/data-verdicts.js';
import { priorVerdicts, type LatentsShown } from '../verdicts/prior-verdicts.js';
import { vaeVerdicts } from '../verdicts/vae-verdicts.js';
import type { LatentEncoder } from './latent-encoder.js';
import { elboObjective, type VaeObjective } from './objectives.js';
import { checkSupport, priorPart, readVae, type Vae, type VaeParts } from './vae-parts.js';
import { trainerRules } from '../training/trainer/trainer-options.js';
import { checkOptimizer } from '../training/optimizers/read-optimizer.js';

/** The metrics of a VAE's trainer: the loss that is minimised, and the terms of the true bound in nats per example. */
export type VaeMetric = 'loss' | 'elbo' | 'logLikelihood' | 'kl';

/** Options of {@link createVaeTrainer}. */
export interface VaeTrainerOptions extends VaeParts {
  /** From {@link createAdam}, or any `tf.Optimizer`; one for each trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of the latents' noise, through its fork `vae trainer`. */
  readonly random: RandomStream;
  /** The objective to maximise; {@link elboObjective} by default. */
  readonly objective?: VaeObjective | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
  /** Running averages of the encoder, the decoder, and a prior with variables; they give better samples. None by default. */
  readonly average?: AverageOptions<VaeParts> | undefined;
}

/**
 * A trainer for a variational autoencoder.
 *
 * One step: draw z from q(z|x), decode it, and update both networks, and a prior with variables, along the gradient of the objective.
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
export function createVaeTrainer(options: VaeTrainerOptions): Trainer<VaeMetric> {
  const caller = 'createVaeTrainer';
  const { observers = [], ...model } = vaeModelOf(caller, options);
  const { observers: ofEncoder = [] } = options.encoder as LatentEncoder;
  const all = [...observers, vaeVerdicts(), priorVerdicts(), ...ofEncoder];
  return trainerBy(caller, { ...model, observers: all }, lossKind);
}

/**
 * The model of {@link createVaeTrainer} for {@link createTrainer}: the same updates, without verdicts and without the bytes of the code
 * for them.
 *
 * @param options - those of {@link createVaeTrainer}
 * @returns the model; a spread copy may have other `observers`
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * const model = vaeModel({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { elbo } = await readMetrics(createTrainer(model).step(x));
 * ```
 */
export function vaeModel(options: VaeTrainerOptions): LossTrainerOptions<VaeMetric> {
  return vaeModelOf('vaeModel', options);
}

function vaeModelOf(caller: string, options: VaeTrainerOptions): LossTrainerOptions<VaeMetric> {
  const { encoder, decoder, prior, objective, average, ...shared } = readOptions(caller, options, {
    encoder: {},
    decoder: {},
    optimizer: checkOptimizer,
    ...trainerRules,
    objective: { is: checkObjective, default: elboObjective() },
    prior: nested,
  });
  const model = readVae(caller, { encoder, decoder, prior });
  checkSupport(caller, model);
  const parts = partsOf(model);
  const averages = average && averagesOf(caller, model, average);
  const { likelihood } = decoder;
  const facts = { takesLogits: likelihood?.logits === true, hasObjective: options.objective !== undefined };
  const slots = [model.encoder, decoder, model.prior];
  return {
    ...shared,
    name: 'vae',
    parts,
    averages,
    observers: [dataVerdicts({ range: likelihood?.range })],
    settings: { objective, likelihood, prior: model.prior },
    loss: ({ x, random: noise, step, options: applyOptions, look }) => {
      checkConditionRead('step', 'batch.', applyOptions, ...slots);
      const value = objective.evaluate({ ...model, x, random: noise, step, options: applyOptions });
      checkGiven('step', 'objective.evaluate', value, '{ loss, elbo, logLikelihood, kl }');
      const { loss, elbo, logLikelihood, kl, parameters, z } = value;
      for (const [name, term] of Object.entries({ loss, elbo, logLikelihood, kl }))
        checkResult('step', `objective.evaluate(...).${name}`, term);
      const latents = (): LatentsShown => ({
        z: tf.slice(z!, 0, x.shape[0]),
        prior: model.prior,
        random: noise.fork('look').fork(String(step)),
        options: applyOptions,
      });
      look(() => ({ kl, parameters, ...facts, latents: z && latents() }));
      return { loss, elbo, logLikelihood, kl };
    },
  };
}

/** The parts of a model by their names in a checkpoint; a prior without variables of its own is not a part. */
function partsOf({ encoder, decoder, prior: density }: Vae): Readonly<Record<string, Part>> {
  const prior = priorPart(density, encoder, decoder);
  return { encoder, decoder, ...(prior && { prior }) };
}

/** The averages of a model's parts by their names; throws unless they are of the same kind. */
function averagesOf(
  caller: string,
  model: Vae,
  average: AverageOptions<VaeParts>,
): Readonly<Record<string, AverageOptions<Part>>> {
  const averaged = readVae(caller, average.into, 'average.into.');
  const [from, to] = [partsOf(model), partsOf(averaged)];
  const whole = { ...average, into: partOf(...Object.values(to)) };
  checkAverage(caller, 'average', partOf(...Object.values(from)), whole);
  checkMeaning(caller, 'average.into', model, averaged);
  for (const name of ['encoder', 'decoder'] as const)
    checkMeaning(caller, `average.into.${name}`, model[name], averaged[name]);
  return Object.fromEntries(Object.entries(to).map(([name, part]) => [name, { ...average, into: part }]));
}

function checkObjective(where: string, argument: string, objective: VaeObjective): void {
  checkRecord(where, argument, objective, 'evaluate', 'elboObjective(), importanceWeightedObjective(...)');
}
