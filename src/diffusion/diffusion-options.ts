import type * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/index.js';
import type { DropCondition } from '../nets/conditions/drop-condition.js';
import { checkFunction, checkNumber } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import type { BatchSource } from '../training/data/batches.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import type { AverageOptions } from '../training/trainer/average.js';
import { checkBatchSource, type Coupling } from './coupling.js';
import { checkDenoiser, type Denoiser } from './denoiser.js';
import { checkTimestep } from './noise-schedule.js';
import { checkTimestepList } from './stratified-timesteps.js';
import { weightTable } from './weight-table.js';
import type { Weighting } from './weightings.js';
import { averagesOf, trainerRules } from '../training/trainer/trainer-options.js';
import { checkOptimizer } from '../training/optimizers/read-optimizer.js';

/** Options of {@link createDiffusionTrainer}. */
export interface DiffusionTrainerOptions {
  /** The denoiser to train. */
  readonly denoiser: Denoiser;
  /** Ours, such as {@link createAdam}, or any `tf.Optimizer`; one per trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of timesteps, noise and dropped conditions, through its fork `diffusion trainer`. */
  readonly random: RandomStream;
  /**
   * The weight of the error at each timestep: {@link minSnrWeighting}, {@link sigmoidWeighting}, or your own function, finite and at
   * least 0. By default the error of the network's output has the same weight at each timestep.
   */
  readonly weighting?: Weighting | undefined;
  /** The timesteps to train on, such as {@link logNormalTimesteps}; one may be listed more than once. All by default. */
  readonly timesteps?: Int32Array | undefined;
  /**
   * The share of examples whose condition is dropped, in [0, 1): 0.1 for guidance, which needs the estimate without a condition. Labels
   * become -1, other numbers 0. Further conditions are dropped in the same examples; with shares by name, such as
   * `{ condition: 0.1, picture: 0.1 }`, each is dropped on its own. 0 by default.
   */
  readonly dropCondition?: number | Readonly<Record<string, number>> | undefined;
  /** How data are paired with noise within a batch, such as {@link optimalTransport}; by default independently. */
  readonly coupling?: Coupling | undefined;
  /**
   * Batches of a second set in place of noise, with {@link flowSchedule} or another schedule that ends at alphaBar 0: the model then turns that
   * set into the data. The trainer moves through this source by its `restore`, so use it nowhere else. By default noise is drawn.
   */
  readonly from?: BatchSource | undefined;
  /** A running average of the denoiser, which makes better samples; none by default. */
  readonly average?: AverageOptions<Denoiser> | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
}

/** Throws unless this is a share, or a record of shares. */
export function checkDropped(where: string, argument: string, share: DropCondition): void {
  const bounds = { least: 0, below: 1 };
  if (typeof share !== 'object' || (share as unknown) === null) checkNumber(where, argument, share, bounds);
  else for (const [name, own] of Object.entries(share)) checkNumber(where, `${argument}.${name}`, own, bounds);
}

/**
 * Checks the options, fills in defaults and adds the table of weights. Options that all trainers share are checked by
 * {@link createTrainer}.
 */
export function readDiffusionOptions(where: string, options: DiffusionTrainerOptions) {
  const { average, ...read } = readOptions(where, options, {
    denoiser: checkDenoiser,
    optimizer: checkOptimizer,
    ...trainerRules,
    weighting: { is: checkFunction, default: undefined },
    timesteps: optional,
    dropCondition: { is: checkDropped, default: undefined },
    coupling: { is: checkFunction, default: undefined },
    from: { is: checkBatchSource, default: undefined },
  });
  const { denoiser, weighting } = read;
  const { timesteps = Int32Array.from({ length: denoiser.schedule.steps }, (_, t) => t) } = read;
  checkTimestepList(where, 'timesteps', timesteps);
  timesteps.forEach((t, i) => checkTimestep(where, `timesteps[${i}]`, t, denoiser.schedule));
  const last = denoiser.schedule.alphaBar.at(-1)!;
  if (read.from !== undefined && last > 0)
    throw outOfRange(where, 'from', 'needs a schedule that ends at alphaBar 0', {
      seen: `${last}`,
      fix: 'Use flowSchedule({ steps }).',
    });
  const averages = averagesOf(where, 'denoiser', denoiser, average, checkDenoiser);
  const weights = weighting && weightTable(where, weighting, timesteps, denoiser);
  return { ...read, timesteps, weights, averages };
}
