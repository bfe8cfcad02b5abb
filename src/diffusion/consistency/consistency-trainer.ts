import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/index.js';
import { checkFunction, checkResult } from '../../tensor/checks.js';
import { nested, optional, readOptions } from '../../tensor/options.js';
import { checkOptimizer } from '../../training/optimizers/read-optimizer.js';
import type { Optimizer } from '../../training/optimizers/optimizer.js';
import type { AverageOptions } from '../../training/trainer/average.js';
import { trainerBy } from '../../training/trainer/create-trainer.js';
import { lossKind } from '../../training/trainer/read-game.js';
import { averagesOf, trainerRules } from '../../training/trainer/trainer-options.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { checkBatchConditions, keptConditions } from '../batch-conditions.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { checkDropped } from '../diffusion-options.js';
import { checkTimestep } from '../noise-schedule.js';
import { checkTimestepList, stratifiedTimesteps } from '../stratified-timesteps.js';
import { logNormalTimesteps } from '../timesteps.js';
import type { ConsistencyTarget } from './consistency-target.js';
import { easyConsistency } from './easy-consistency.js';

/** Options of {@link createConsistencyTrainer}. */
export interface ConsistencyTrainerOptions {
  /** The denoiser to train; it predicts the velocity or the flow, and starts with the weights of a trained one. */
  readonly student: Denoiser;
  /** {@link easyConsistency} by default, {@link consistencyDistillation}, {@link shortcut}, or your own record. */
  readonly target?: ConsistencyTarget | undefined;
  /** Ours, such as {@link createAdam}, or any `tf.Optimizer`; one per trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of timesteps, noise and dropped conditions, through its fork `consistency trainer`. */
  readonly random: RandomStream;
  /** The timesteps to train on; by default {@link logNormalTimesteps} with mean -0.4 and standard deviation 2. */
  readonly timesteps?: Int32Array | undefined;
  /** The share of examples whose condition is dropped, as for {@link createDiffusionTrainer}; 0 by default. */
  readonly dropCondition?: number | Readonly<Record<string, number>> | undefined;
  /** A running average of the student, which makes better samples; none by default. */
  readonly average?: AverageOptions<Denoiser> | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
}

/** log(sigma / alpha) of the usual timesteps: those of Geng et al. for data of variance 1. */
const USUAL_TIMES = { mean: -0.4, standardDeviation: 2 };

/**
 * A trainer that makes samples of few calls: it trains a denoiser to give the same estimate everywhere on the way from noise to data, so
 * that its first estimate is a sample. Sample the student with {@link sampleConsistency}.
 *
 * One step: a timestep t and noise for each example; one update along the gradient of the mean of `target.losses`
 *
 * @param options - see {@link ConsistencyTrainerOptions}
 * @returns a trainer with the metric `loss`. It does not own student, teacher or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; `step` throws before anything has changed
 * @remarks A denoiser that predicts the velocity already is a consistency function: without noise its estimate is x_t itself. So a trained
 * one is the start: `await loadWeights(student, await saveWeights(denoiser))`, the averaged weights if there are any. A step draws, in this
 * order: timesteps, by {@link stratifiedTimesteps}; noise; a number for each condition that may be dropped; then what the student draws,
 * dropout for example, the same in both passes. Batch statistics would see both passes; use other norms. The loss says little about samples: its scale is that
 * of the gap. Measure them.
 * @example
 * ```ts
 * const make = () => {
 *   const network = denoisingMlp({ size: 2, random });
 *   return createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * };
 * const [denoiser, student] = [make(), make()]; // train the denoiser first
 * await loadWeights(student, await saveWeights(denoiser));
 * const trainer = createConsistencyTrainer({ student, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { loss } = await readMetrics(trainer.step(random.normal([32, 2])));
 * const samples = await sampleConsistency(student, { shape: [5, 2], random });
 * console.log(loss > 0, samples.shape); // true, [5, 2]
 * ```
 * @see Song et al. 2023, https://arxiv.org/abs/2303.01469; Geng et al. 2024, https://arxiv.org/abs/2406.14548
 */
export function createConsistencyTrainer(options: ConsistencyTrainerOptions): Trainer<'loss'> {
  const where = 'createConsistencyTrainer';
  const { student, target, timesteps, dropCondition, ...shared } = readConsistencyOptions(where, options);
  const { schedule, predicts } = student;
  return trainerBy(
    where,
    {
      ...shared,
      name: 'consistency',
      parts: { student },
      settings: { schedule, predicts, timesteps, target, dropCondition },
      loss: ({ x, random, step, options }) => {
        checkBatchConditions(student, options, dropCondition);
        const times = stratifiedTimesteps(x.shape[0], timesteps, random);
        const noise = random.normal(x.shape);
        const kept = keptConditions(options, dropCondition);
        const losses = target.losses({ student, x, noise, timesteps: times, step, options: { ...options, ...kept } });
        checkResult('step', 'target.losses(...)', losses, [x.shape[0]]);
        return { loss: tf.mean(losses) };
      },
    },
    lossKind,
  );
}

function readConsistencyOptions(where: string, options: ConsistencyTrainerOptions) {
  const { average, ...read } = readOptions(where, options, {
    student: checkDenoiser,
    target: nested,
    optimizer: checkOptimizer,
    ...trainerRules,
    timesteps: optional,
    dropCondition: { is: checkDropped, default: undefined },
  });
  const { student, target = easyConsistency() } = read;
  const { timesteps = logNormalTimesteps(student.schedule, USUAL_TIMES) } = read;
  checkTimestepList(where, 'timesteps', timesteps);
  timesteps.forEach((t, i) => checkTimestep(where, `timesteps[${i}]`, t, student.schedule));
  checkFunction(where, 'target.losses', target.losses);
  target.check?.(where, student);
  return { ...read, target, timesteps, averages: averagesOf(where, 'student', student, average, checkDenoiser) };
}
