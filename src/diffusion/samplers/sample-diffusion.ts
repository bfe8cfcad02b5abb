import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import { checkFloat, checkFunction, checkInteger, checkShape } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { nested, optional, readOptions, type Rules } from '../../tensor/options.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { checkTimestep, type NoiseSchedule } from '../noise-schedule.js';
import { denoisingRules, readDenoising } from './denoising.js';
import { inParts } from './in-parts.js';
import { checkKnown, checkKnownValues } from './known-region.js';
import { readTimesteps, timestepRules } from './read-timesteps.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver } from './solver.js';
import { walk } from './walk.js';

// a spread outside of functions would keep these rules in every bundle
const sampleRules = () =>
  ({
    shape: optional,
    ...timestepRules,
    random: optional,
    known: nested,
    batchSize: { is: checkInteger, default: undefined },
    from: nested,
    ...denoisingRules,
  }) satisfies Rules<SampleOptions>;

/**
 * Samples with any solver: the loop from noise to data that {@link sampleDdim}, {@link sampleDdpm}, {@link sampleDpmSolver} and
 * {@link sampleHeun} share. At each timestep the network estimates the data, then the solver makes the step to the next.
 *
 * @param denoiser - see {@link createDenoiser}
 * @param solver - see {@link DiffusionSolver}: one of ours, or a record of your own
 * @param options - see {@link SampleOptions}
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const samples = await sampleDiffusion(denoiser, ddimSolver({ eta: 1 }), { shape: [5, 2], steps: 20, random });
 * console.log(samples.shape); // [5, 2]
 * ```
 */
export async function sampleDiffusion(
  denoiser: Denoiser,
  solver: DiffusionSolver,
  options: SampleOptions,
): Promise<Tensor> {
  const where = 'sampleDiffusion';
  return sampleWith(where, denoiser, options, () => {
    checkFunction(where, 'solver.step', (solver as DiffusionSolver | undefined)?.step);
    checkInteger(where, 'solver.keeps', solver.keeps ?? 1, { least: 0 });
    return solver;
  });
}

/**
 * {@link sampleDiffusion} for the public function `where`, whose options follow `ownRules`, too, and whose solver is made from the options
 * that were read.
 */
export async function sampleWith<Own>(
  where: string,
  denoiser: Denoiser,
  options: SampleOptions,
  solverOf: (read: Own) => DiffusionSolver,
  ownRules: object = {},
): Promise<Tensor> {
  checkDenoiser(where, 'denoiser', denoiser);
  const read = readOptions(where, options, Object.assign(sampleRules(), ownRules));
  const { random, known, from: begin } = read;
  const solver = solverOf(read as Own);
  const { schedule } = denoiser;
  const shape = readShape(where, read, schedule);
  if (known !== undefined) checkKnown(where, known, shape);
  const timesteps = readTimesteps(where, read, schedule, solver.timesteps, begin?.timestep);
  const denoising = await readDenoising(where, denoiser, read, shape[0]!);
  if (known !== undefined) await checkKnownValues(where, known);
  const noise = (like: readonly number[]): Tensor => {
    checkRandom(where, 'random', random);
    return random.normal(like);
  };
  const plan = { ...denoising, ...read, where, denoiser, solver, timesteps, noise };
  return inParts(begin === undefined ? noise(shape) : tf.clone(begin.x), read.batchSize, (x, part) =>
    walk(plan, x, part),
  );
}

/** The samples' shape. */
function readShape(where: string, { shape: given, from }: SampleOptions, schedule: NoiseSchedule): number[] {
  if (from !== undefined) {
    checkFloat(where, 'from.x', from.x);
    checkTimestep(where, 'from.timestep', from.timestep, schedule);
    if (given !== undefined) checkShape(where, 'from.x', from.x, given);
  }
  const shape = (from?.x.shape ?? given) as number[] | undefined;
  if (!Array.isArray(shape) || shape.length < 2) {
    throw wrongKind(where, 'shape', 'must be [batch, ...]', { got: shape });
  }
  shape.forEach((size, axis) => checkInteger(where, `shape[${axis}]`, size));
  return [...shape];
}
