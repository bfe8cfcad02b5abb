import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkExamples, checkInteger, checkNumber } from '../../tensor/checks.js';
import { checkSchedule, type Schedule } from '../../training/optimizers/schedules.js';
import type { Augmentation } from './augmentation.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Adds normal noise to both data and fakes, so that their distributions overlap and the discriminator is never quite sure.
 *
 * out = x + standardDeviation * noise, noise ~ N(0, I)
 *
 * It draws `normal(x.shape)`; a standard deviation of 0 draws nothing and gives a copy.
 *
 * @param options - the standard deviation of the noise
 * @returns an {@link Augmentation} of float32 `[batch, ...]`, images or not; it throws TypeError or {@link ShapeError} for anything
 *   else, TypeError if a schedule gets no step, and RangeError if the schedule gives no number of at least 0
 * @throws TypeError or RangeError if the standard deviation is not a schedule or a number of at least 0
 * @remarks The noise is usually reduced to 0 during training. A GAN's trainer passes the schedule its own count of the
 * discriminator's updates, which a resumed run continues. {@link gaussianNoise} does the same as a layer of the discriminator.
 * @example
 * ```ts
 * const augment = instanceNoise({ standardDeviation: linearRamp({ from: 0.1, to: 0, steps: 1000 }) });
 * const noisy = augment(tf.zeros([3, 2]), createRandom(1), 0); // each number is about 0.1 from 0
 * const clean = await augment(tf.zeros([1, 2]), createRandom(1), 1000).data(); // 0, 0
 * ```
 * @see Sønderby et al. 2017, section 2.4, https://arxiv.org/abs/1610.04490; Arjovsky and Bottou 2017, section 3, https://arxiv.org/abs/1701.04862
 */
export function instanceNoise(options: {
  /** The standard deviation of the noise, at least 0: a number, or a schedule over the discriminator's updates. */
  readonly standardDeviation: number | Schedule;
}): Augmentation {
  const where = 'instanceNoise';
  const read = readOptions(where, options, { standardDeviation: { is: checkSchedule, least: 0 } });
  const { standardDeviation } = read;
  return madeBy(where, read, (x: Tensor, random: RandomStream, step?: number) => {
    checkExamples(where, 'x', x);
    checkRandom(where, 'random', random);
    const size = typeof standardDeviation === 'function' ? at(standardDeviation, step) : standardDeviation;
    checkNumber(where, 'standardDeviation', size, { least: 0 });
    if (size === 0) return tf.clone(x);
    return tf.tidy(() => tf.add(x, tf.mul(size, random.normal(x.shape))));
  });
}

function at(schedule: Schedule, step: number | undefined): number {
  checkInteger('instanceNoise', 'step', step, { least: 0 });
  return schedule(step);
}
