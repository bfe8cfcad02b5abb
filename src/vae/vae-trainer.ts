import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer as TfOptimizer } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkFunction, checkNumber } from '../tensor/checks.js';
import { followAverage, type AverageOptions } from '../training/trainer/average.js';
import { readBatch, type Batch } from '../training/data/batch.js';
import { guarded } from '../training/optimizers/guard.js';
import { checkOptimizer } from '../training/optimizers/check-optimizer.js';
import type { Json } from '../training/json.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { partOf, whyNotResumable } from '../training/trainer/part-of.js';
import { plainState, restorePlainState } from '../training/trainer/plain-state.js';
import {
  savedVariables,
  structuralNames,
  type Metrics,
  type Trainer,
  type Verdict,
} from '../training/trainer/trainer.js';
import { update } from '../training/trainer/update.js';
import type { VaeParts } from './importance-weighting.js';
import { elboObjective, type VaeObjective } from './objectives.js';

/** What a VAE trainer reports: the loss that is minimised, and the terms of the true bound in nats per example. */
export type VaeMetric = 'loss' | 'elbo' | 'logLikelihood' | 'kl';

/** Options of {@link createVaeTrainer}. */
export interface VaeTrainerOptions extends VaeParts {
  /** Ours, such as {@link createAdam}, or any `tf.Optimizer`; one per trainer. */
  readonly optimizer: Optimizer | TfOptimizer;
  /** Draws the latents: its fork `vae trainer`. */
  readonly random: RandomStream;
  /** What is maximised; {@link elboObjective} unless given. */
  readonly objective?: VaeObjective | undefined;
  /** Gradients are scaled down to this global norm, above 0; not at all unless given. */
  readonly clipNorm?: number | undefined;
  /** Running averages of both parts, which give better pictures. */
  readonly average?: AverageOptions<VaeParts> | undefined;
}

/** Below this KL, in nats per example, the decoder cannot know which example it draws. */
const COLLAPSED = 0.05;

/**
 * A trainer of a variational autoencoder.
 *
 * One step: z = mean + exp(logVariance / 2) noise of q(z|x); parameters of p(x|z); one update of both networks along the
 * gradient of the objective.
 *
 * @param options - see {@link VaeTrainerOptions}
 * @returns a trainer with the metrics `loss`, `elbo`, `logLikelihood` and `kl`, means over the batch. It does not own
 *   encoder, decoder or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; `step` throws before anything changed
 * @example
 * ```ts
 * const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { elbo } = await readMetrics(trainer.step(x));
 * ```
 * @see Kingma and Welling 2014, algorithm 1, https://arxiv.org/abs/1312.6114
 */
export function createVaeTrainer(options: VaeTrainerOptions): Trainer<VaeMetric> {
  const { encoder, decoder, random, objective = elboObjective(), clipNorm, average } = options;
  const where = 'createVaeTrainer';
  checkFunction(where, 'encoder.encode', encoder?.encode);
  checkFunction(where, 'decoder.decode', decoder?.decode);
  checkOptimizer(where, 'optimizer', options.optimizer);
  checkRandom(where, 'random', random);
  checkFunction(where, 'objective.evaluate', objective?.evaluate);
  if (clipNorm !== undefined) checkNumber(where, 'clipNorm', clipNorm, { above: 0 });

  if (average !== undefined) {
    checkFunction(where, 'average.into.encoder.encode', average.into?.encoder?.encode);
    checkFunction(where, 'average.into.decoder.decode', average.into?.decoder?.decode);
  }

  const parts = { encoder, decoder };
  const model = partOf(encoder, decoder);
  const into = average && partOf(average.into.encoder, average.into.decoder);
  const follow = average && followAverage(where, model, { into: into!, decay: average.decay });
  const optimizer = guarded(options.optimizer);
  optimizer.prepare(model.variables);
  const noise = random.fork('vae trainer');
  const plainParts = { trainer: 'vae', random: noise, optimizers: { optimizer } };
  let steps = 0;

  const evaluate = (
    batch: { x: tf.Tensor; condition: tf.Tensor | undefined },
    stream: RandomStream,
    training: boolean,
  ) => {
    const applyOptions = { training, random: stream, condition: batch.condition };
    const value = objective.evaluate({ ...parts, x: batch.x, random: stream, step: steps, options: applyOptions });
    const { loss, elbo, logLikelihood, kl } = value;
    const metrics = { loss, elbo: meanOf(elbo), logLikelihood: meanOf(logLikelihood), kl: meanOf(kl) };
    return { loss, metrics };
  };

  return Object.freeze({
    step: (batch: Batch): Metrics<VaeMetric> => {
      const read = readBatch('step', batch);
      const before = noise.state();
      try {
        const metrics = update({
          objective: () => evaluate(read, noise, true),
          ...model,
          optimizer,
          clipNorm,
        });
        follow?.(steps);
        steps++;
        return metrics;
      } catch (error) {
        noise.restore(before);
        throw error;
      }
    },
    evaluate: (batch: Batch): Metrics<VaeMetric> => {
      const read = readBatch('evaluate', batch);
      return tf.tidy(() => evaluate(read, noise.fork('evaluate'), false).metrics as Metrics<VaeMetric>);
    },
    get state() {
      const averages =
        average === undefined
          ? {}
          : {
              averageEncoder: savedVariables(average.into.encoder),
              averageDecoder: savedVariables(average.into.decoder),
            };
      const variables = structuralNames({
        encoder: savedVariables(encoder),
        decoder: savedVariables(decoder),
        optimizer: optimizer.state().tensors,
        ...averages,
      });
      return {
        variables,
        plain: plainState(plainParts, steps),
        notResumable: whyNotResumable([encoder, decoder, optimizer.state()]),
      };
    },
    restore: (plain: Json) => {
      steps = restorePlainState(plainParts, plain);
    },
    skipped: optimizer.skipped === undefined ? [] : [optimizer.skipped],
    judge: ({ kl }: Readonly<Record<VaeMetric, number>>) => judgeCollapse(kl),
    dispose: () => optimizer.dispose(),
  });
}

function meanOf(term: tf.Tensor): tf.Tensor {
  return term.rank === 0 ? term : tf.mean(term);
}

function judgeCollapse(kl: number): Verdict[] {
  if (!(kl < COLLAPSED)) return [];
  const message =
    `KL is ${kl.toPrecision(2)} nats: the posterior has collapsed to the prior and the latents carry nothing. ` +
    'Try elboObjective({ beta: linearRamp(...) }) or freeNats, or a weaker decoder.';
  return [{ kind: 'posterior collapse', message }];
}
