import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { estimateSample } from '../estimate.js';
import { heunWeights } from '../samplers/heun.js';
import { eulerWeights } from '../samplers/ddim.js';
import { comparedTimes, gapRule } from './compared-times.js';
import type { Schedule } from '../../training/optimizers/schedules.js';
import type { ConsistencyTarget } from './consistency-target.js';

/** Options of {@link consistencyDistillation}. */
export interface ConsistencyDistillationOptions {
  /**
   * The trained denoiser, which stays as it is: with the student's schedule, and not the student itself. With {@link withGuidance} or
   * {@link withClip} around it, the student learns the guided or clipped samples.
   */
  readonly teacher: Denoiser;
  /**
   * The share of t by which the two times differ at high noise, above 0 and below 1, or a {@link Schedule} of it; with little noise it is
   * up to five times as large. 1 / 8 by default: as the step is almost exact, it may be that wide, and what is learned with little noise
   * soon reaches the times of much noise.
   */
  readonly gap?: number | Schedule | undefined;
}

/**
 * Consistency along a teacher's path: a step of {@link heunSolver} with the teacher's estimates leads from one time to the other.
 *
 * loss = ( sqrt(|f(x_t, t) - f(x_r, r)|^2 + c^2) - c ) / (t - r), where x_r is Heun's step from x_t and t to r; the rest, and r, as in
 * {@link easyConsistency}
 *
 * @param options - see {@link ConsistencyDistillationOptions}
 * @returns a target for {@link createConsistencyTrainer}, which does not own the teacher
 * @throws TypeError or RangeError if an option is wrong; {@link createConsistencyTrainer} throws if the teacher has another schedule or
 *   shares variables with the student
 * @remarks A step costs two more forward passes than with {@link easyConsistency}, or four if the teacher is guided; it takes fewer of them,
 * as its gradients are less noisy. The student cannot become better than the teacher's samples with many steps.
 * @example
 * ```ts
 * const make = () => {
 *   const network = denoisingMlp({ size: 2, random });
 *   return createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * };
 * const [teacher, student] = [make(), make()]; // train the teacher, then load its weights into the student
 * const target = consistencyDistillation({ teacher });
 * const trainer = createConsistencyTrainer({ student, target, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { loss } = await readMetrics(trainer.step(random.normal([32, 2])));
 * console.log(loss > 0); // true
 * ```
 * @see Song et al. 2023, algorithm 2, https://arxiv.org/abs/2303.01469
 */
export function consistencyDistillation(options: ConsistencyDistillationOptions): ConsistencyTarget {
  const where = 'consistencyDistillation';
  const { teacher, ...read } = readOptions(where, options, {
    teacher: checkDenoiser,
    gap: { ...gapRule, default: 1 / 8 },
  });
  const made = comparedTimes(where, read.gap, ({ schedule, xt, at, earlier, options, mix }) => {
    const { condition, conditions } = options;
    const estimate = (x: Tensor, timesteps: Tensor): Tensor =>
      estimateSample('step', teacher, x, timesteps, { condition, conditions });
    const first = estimate(xt, at);
    const euler = mix((t, r) => eulerWeights(schedule, t, r), () => xt, () => first); // prettier-ignore
    const ahead = estimate(euler, earlier);
    /** Two of the four terms of Heun's step, from the first or the second pass. */
    const terms = (pass: 0 | 2, x: Tensor, estimated: Tensor): Tensor =>
      mix((t, r) => heunWeights(schedule, t, r).slice(pass, pass + 2) as [number, number], () => x, () => estimated); // prettier-ignore
    return tf.add(terms(0, xt, first), terms(2, euler, ahead));
  });
  const check = (where: string, student: Denoiser): void => {
    made.check!(where, student);
    if (String(teacher.schedule.alphaBar) !== String(student.schedule.alphaBar)) {
      throw outOfRange(where, 'target', "must have a teacher with the student's schedule", { seen: 'another' });
    }
    if (teacher.variables.some((variable) => student.variables.includes(variable))) {
      const fix = 'Make a second denoiser, and load the weights into it.';
      throw outOfRange(where, 'target', 'must have a teacher with variables of its own', {
        seen: "the student's",
        fix,
      });
    }
  };
  return madeBy(where, read, { ...made, check });
}
