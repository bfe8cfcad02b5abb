import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { mapConditions } from '../../nets/conditions/drop-condition.js';
import { stratify } from '../../random/stratify.js';
import { checkNumber } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { axesOfExample } from '../../tensor/sum-per-example.js';
import { noisedOf, targetOf } from '../add-noise.js';
import type { Denoiser } from '../denoiser.js';
import { checkedPrediction, estimateSample } from '../estimate.js';
import { scalesOf, type NoiseSchedule } from '../noise-schedule.js';
import { mixByTimestep, timestepsOf } from '../per-example.js';
import { eulerWeights } from '../samplers/ddim.js';
import type { ConsistencyInput, ConsistencyTarget } from './consistency-target.js';

/** The examples that learn a step, the size of each, and the timesteps at its beginning, its middle and its end. */
interface Steps {
  readonly count: number;
  /** k of each: the size is 1 / 2^k of the way. */
  readonly sizes: Int32Array;
  readonly from: Int32Array;
  readonly middle: Int32Array;
  readonly to: Int32Array;
}

/**
 * Steps of any size from one training: the network reads the size of the step, and learns that a step leads to where two of half the size do.
 * The other examples of a batch learn as in {@link createDiffusionTrainer}, so that a student can start from scratch.
 *
 * error = |y - predict(x_t, t, size)|^2, mean over the numbers of an example; for the share of the batch, y is the output whose
 * {@link ddimStep} leads from x_t to where two steps of half the size lead, which are constant; in flow matching that is the mean of both
 * outputs. For the rest y is the network's target, and the size is absent
 *
 * @param options - `share`: of the examples, in (0, 0.25]; 0.25 by default
 * @returns a target for {@link createConsistencyTrainer}, which throws unless the student's network reads step sizes, as that of
 *   `unet({ stepSizes: 7, ... })` does, and its schedule has 2^stepSizes steps
 * @throws TypeError or RangeError if `share` is wrong
 * @remarks {@link sampleConsistency} then makes 1, 2, 4, ... steps without new noise. With a share above a quarter, the steps agree with each other and not with the data.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, stepSizes: 7, random });
 * const student = createDenoiser(network, { schedule: flowSchedule({ steps: 128 }), predicts: predictFlow });
 * const target = shortcut();
 * const trainer = createConsistencyTrainer({ student, target, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { loss } = await readMetrics(trainer.step(random.normal([32, 2])));
 * console.log(loss > 0); // true
 * ```
 * @see Frans et al. 2024, https://arxiv.org/abs/2410.12557
 */
export function shortcut(options: { readonly share?: number | undefined } = {}): ConsistencyTarget {
  const where = 'shortcut';
  const read = readOptions(where, options, { share: { is: checkNumber, default: 0.25, above: 0, most: 0.25 } });
  return madeBy(where, read, {
    name: where,
    check: checkStepSizes,
    losses: (input) => {
      const { student, x, noise, options } = input;
      const { schedule } = student;
      const steps = drawSteps(input, Math.ceil(read.share * x.shape[0]));
      const { count, sizes, from } = steps;
      const at = timestepsOf(joined(from, input.timesteps), schedule.steps);
      const xt = noisedOf(x, noise, at, schedule);
      const flow = targetOf(x, noise, at, student);
      const before = options.random.state();
      const halves = stopGradient(() => outputOfHalves(input, tf.slice(xt, 0, count), steps));
      options.random.restore(before);
      const stepSize = tf.tensor1d(joined(sizes, new Int32Array(x.shape[0]).fill(-1)), 'int32');
      const output = checkedPrediction('step', student, xt, at, { ...options, stepSize });
      return tf.mean(tf.square(tf.sub(tf.concat([halves, tf.slice(flow, count)]), output)), axesOfExample(x));
    },
  });
}

/** The first list, and the rest of the second. */
function joined(first: Int32Array, second: Int32Array): Int32Array {
  const all = second.slice();
  all.set(first);
  return all;
}

function drawSteps({ student, options }: ConsistencyInput, count: number): Steps {
  const levels = student.stepSizes!;
  const sizes = stratify(count, levels, options.random);
  const places = stratify(count, 2 ** (levels - 1), options.random);
  const indexAt = (half: number) =>
    Int32Array.from(sizes, (size, i) => {
      const halves = 2 * (places[i]! >> (levels - 1 - size)) + half;
      return indexOf(student.schedule, halves / 2 ** (size + 1));
    });
  return { count, sizes, from: indexAt(0), middle: indexAt(1), to: indexAt(2) };
}

/** The timestep after a share of the way from noise to data; -1 at its end. */
function indexOf({ steps }: NoiseSchedule, share: number): number {
  return Math.round(steps * (1 - share)) - 1;
}

/** The output at the beginning of each step that leads to where two steps of half the size lead. */
function outputOfHalves({ student, options }: ConsistencyInput, xt: Tensor, steps: Steps): Tensor {
  const { schedule, predicts, stepSizes } = student;
  const { count, sizes, from, middle, to } = steps;
  // half of the smallest size is the plain denoiser
  const half = sizes.map((size) => (size + 1 < stepSizes! ? size + 1 : -1));
  const first = (all: Tensor): Tensor => tf.slice(all, 0, count);
  const { condition, conditions } = options;
  const own = {
    ...options,
    condition: condition && first(condition),
    conditions: conditions && mapConditions(conditions, first),
    stepSize: tf.tensor1d(half, 'int32'),
  };
  const each = timestepsOf(Int32Array.from(sizes.keys()), count);
  const mix = (weights: (i: number) => readonly [number, number], a: Tensor, b: Tensor): Tensor =>
    mixByTimestep(weights, each, count, () => a, () => b); // prettier-ignore
  const stepTo = (x: Tensor, from: Int32Array, to: Int32Array): Tensor => {
    const estimate = estimateSample('step', student, x, timestepsOf(from, schedule.steps), own);
    return mix((i) => eulerWeights(schedule, from[i]!, to[i]!), x, estimate);
  };
  const end = stepTo(stepTo(xt, from, middle), middle, to);
  return mix((i) => {
    const [alpha, sigma] = scalesOf(schedule, from[i]!);
    const [c, d] = predicts.mix(alpha, sigma);
    const [ofNoised, ofEstimate] = eulerWeights(schedule, from[i]!, to[i]!);
    // y = c estimate + d (xt - alpha estimate) / sigma, estimate = (end - ofNoised xt) / ofEstimate
    const ofEnd = (c - (d * alpha) / sigma) / ofEstimate;
    return [d / sigma - ofEnd * ofNoised, ofEnd];
  }, xt, end); // prettier-ignore
}

function checkStepSizes(where: string, { stepSizes, schedule }: Denoiser): void {
  if (stepSizes === undefined) {
    const fix = 'Make its network with `stepSizes`, such as unet({ stepSizes: 7, ... }).';
    throw outOfRange(where, 'student', 'must have a network that reads step sizes', { seen: 'one without', fix });
  }
  if (schedule.steps >= 2 ** stepSizes) return;
  const rule = `must have at least ${2 ** stepSizes} steps for ${stepSizes} step sizes`;
  throw outOfRange(where, 'student.schedule', rule, { got: schedule.steps });
}
