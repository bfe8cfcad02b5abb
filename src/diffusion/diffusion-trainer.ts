import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { composed } from '../operations/composed.js';
import type { ApplyOptions } from '../nets/network.js';
import { trainerBy } from '../training/trainer/create-trainer.js';
import { lossKind } from '../training/trainer/read-game.js';
import type { Trainer } from '../training/trainer/trainer.js';
import type { LossTrainerOptions } from '../training/trainer/trainer-options.js';
import { diffusionVerdicts } from '../verdicts/diffusion-verdicts.js';
import { checkBatchConditions, keptConditions } from './batch-conditions.js';
import { pairBatch, takeNoise } from './coupling.js';
import { checkedPrediction } from './estimate.js';
import { noisedOf, targetOf } from './add-noise.js';
import { readDiffusionOptions, type DiffusionTrainerOptions } from './diffusion-options.js';
import { drawnTimesteps, tableAt, timestepsOf } from './per-example.js';
import { stratifiedTimesteps } from './stratified-timesteps.js';

/**
 * A trainer for a denoiser.
 *
 * One step: a timestep and noise for each example; x_t = alpha x + sigma noise; one update along the gradient of
 * mean( w |y - predict(x_t, t)|^2 ), y = c x + d noise, over the batch and all numbers of an example; w = 1, or
 * weighting(snr, density) (sigma / D)^2, which is weighting(snr, density) on |x - estimate|^2, D = alpha d - sigma c; see {@link Weighting}
 *
 * @param options - see {@link DiffusionTrainerOptions}
 * @returns a trainer with the metric `loss`. It does not own denoiser or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; `step` throws before anything has changed
 * @remarks Data should have about zero mean and unit variance: scale images to 2 x - 1. A step draws, in this order: timesteps, by
 * {@link stratifiedTimesteps}; noise; a number for each condition that may be dropped; then what the network draws. `evaluate` uses the
 * same timesteps and noise at every call, and drops no condition. Reports carry verdicts on the run: see {@link diffusionVerdicts}.
 *
 * With `coupling` or `from`, noise and data of a step must be paired before it, because a step cannot wait for numbers from the device.
 * {@link train} and {@link fit} do so; in your own loop, write `step(await trainer.prepare(batch, trainer.steps))`. The pairs of a batch depend
 * only on its index and contents. Without a coupling, examples are paired with those of `from` in the order of both sources. Draw samples with a deterministic sampler, such as
 * {@link sampleDdim}, from `noise` that is data of the second set. {@link sampleDdpm}, {@link variationalBound} and {@link logDensity} assume noise that is
 * Gaussian and independent of the data.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random: random.fork('denoiser') });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { loss } = await readMetrics(trainer.step(random.normal([32, 2])));
 * console.log(loss > 0); // true
 * ```
 * @see Ho, Jain and Abbeel 2020, algorithm 1, https://arxiv.org/abs/2006.11239
 */
export function createDiffusionTrainer(options: DiffusionTrainerOptions): Trainer<'loss'> {
  const caller = 'createDiffusionTrainer';
  const model = denoisingModelOf(readDiffusionOptions(caller, options));
  return trainerBy(caller, { ...model, observers: [diffusionVerdicts()] }, lossKind);
}

/**
 * The model of {@link createDiffusionTrainer} for {@link createTrainer}: the same updates, without verdicts and without the bytes of the
 * code for them.
 *
 * @param options - those of {@link createDiffusionTrainer}
 * @returns the model; a spread copy may have `observers`
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random: random.fork('denoiser') });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const trainer = createTrainer(diffusionModel({ denoiser, optimizer: createAdam({ learningRate: 1e-3 }), random }));
 * const { loss } = await readMetrics(trainer.step(random.normal([32, 2])));
 * ```
 */
export function diffusionModel(options: DiffusionTrainerOptions): LossTrainerOptions<'loss'> {
  return denoisingModelOf(readDiffusionOptions('diffusionModel', options));
}

function denoisingModelOf({
  denoiser,
  weighting,
  weights,
  timesteps,
  dropCondition,
  coupling,
  from,
  ...shared
}: ReturnType<typeof readDiffusionOptions>): LossTrainerOptions<'loss'> {
  const { schedule, predicts } = denoiser;
  const isPaired = coupling !== undefined || from !== undefined;
  return {
    ...shared,
    name: 'diffusion',
    parts: { denoiser },
    settings: {
      schedule,
      predicts,
      timesteps,
      weighting,
      dropCondition,
      ...(isPaired && { coupling, from: from?.settings }),
    },
    ...(isPaired && { prepare: (batch, index) => pairBatch(batch, index, { coupling, from, random: shared.random }) }),
    loss: ({ x, random, options: given, look }) => {
      const [own, options] = isPaired ? takeNoise(given, x) : [undefined, given];
      checkBatchConditions(denoiser, options, dropCondition);
      const list = stratifiedTimesteps(x.shape[0], timesteps, random);
      const noise = own ?? random.normal(x.shape);
      const kept = keptConditions(options, dropCondition);
      const at = drawnTimesteps(list, schedule.steps);
      const xt = noisedOf(x, noise, at, schedule);
      const target = targetOf(x, noise, at, denoiser);
      const predictAt = (indices: Tensor, how: ApplyOptions): Tensor =>
        checkedPrediction('step', denoiser, xt, indices, { ...how, ...kept });
      const weigh = (errors: Tensor): Tensor =>
        tf.mean(weights === undefined ? errors : tf.mul(tableAt(weights, list, at, x), errors));
      const squared = (a: Tensor, b: Tensor): Tensor => weigh(tf.square(tf.sub(a, b)));
      const pair = [target, predictAt(at, options)] as const;
      const loss = weights === undefined ? composed('MeanSquaredDifference', squared, pair) : squared(...pair);
      look(() => ({
        denoiser,
        timesteps,
        weights,
        x,
        loss,
        ofZero: () => weigh(tf.square(target)),
        output: () => predictAt(at, { training: false }),
        outputElsewhere: () => {
          const elsewhere = list.map((t) => (t + (schedule.steps >> 1)) % schedule.steps);
          return predictAt(timestepsOf(elsewhere, schedule.steps), { training: false });
        },
      }));
      return { loss };
    },
  };
}
