import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { estimateSample, withSample } from '../estimate.js';
import { ddimSolver } from './ddim.js';
import { sampleWith } from './sample-diffusion.js';
import type { SampleOptions } from './sample-options.js';

/**
 * Samples from a student of {@link shortcut} in 1, 2, 4, ... evenly spaced steps, with one call of the network each, which reads the
 * size of the step.
 *
 * x_T ~ N(0, I), then {@link ddimStep} from each timestep to the next, and from the last to alphaBar 1
 *
 * @param student - a denoiser whose network has `stepSizes`
 * @param options - see {@link SampleOptions}; `steps` is a power of 2 up to 2^stepSizes, 1 by default
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, stepSizes: 5, random });
 * const student = createDenoiser(network, { schedule: flowSchedule({ steps: 64 }), predicts: predictFlow });
 * const samples = await sampleShortcut(student, { shape: [5, 2], steps: 4, random });
 * console.log(samples.shape); // [5, 2]
 * ```
 * @see Frans et al. 2024, algorithm 2, https://arxiv.org/abs/2410.12557
 */
export async function sampleShortcut(student: Denoiser, options: SampleOptions): Promise<Tensor> {
  const where = 'sampleShortcut';
  checkDenoiser(where, 'student', student);
  const { stepSizes } = student;
  if (stepSizes === undefined) {
    const fix = 'Train it with shortcut(), and a network that has `stepSizes`.';
    throw wrongKind(where, 'student', 'must read step sizes', { seen: 'one that does not', fix });
  }
  const { steps = 1, timesteps } = options ?? {};
  const stepSize = Math.log2(steps);
  if (timesteps !== undefined) {
    throw wrongKind(where, 'timesteps', 'must be absent: they follow from `steps`', { got: timesteps });
  }
  if (!(stepSize % 1 === 0 && stepSize <= stepSizes)) {
    throw outOfRange(where, 'steps', `must be a power of 2 up to ${2 ** stepSizes}`, { got: steps });
  }
  const sized = withSample(student, (wrapped, xt, timesteps, how) => {
    // half of the smallest size is the plain denoiser
    const size = tf.fill([xt.shape[0]], stepSize < stepSizes ? stepSize : -1, 'int32');
    return estimateSample(where, wrapped, xt, timesteps, { ...how, stepSize: size });
  });
  return sampleWith(where, sized, { ...options, steps }, () => ddimSolver());
}
