import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { checkNumber } from '../../tensor/checks.js';
import { sumPerExample } from '../../tensor/sum-per-example.js';
import { checkSchedule, valueAt, type Schedule } from '../../training/optimizers/schedules.js';
import { noisedOf } from '../add-noise.js';
import { checkBoundary } from '../check-boundary.js';
import { estimateSample } from '../estimate.js';
import { logRatioAt, type NoiseSchedule } from '../noise-schedule.js';
import { drawnTimesteps, mixByTimestep, tableAt, timestepsBy } from '../per-example.js';
import type { ConsistencyInput, ConsistencyTarget } from './consistency-target.js';

/** The rule of an option that says by which share of t the two times of a pair differ. */
export const gapRule = { is: checkSchedule, default: undefined, above: 0, below: 1 } as const;

/** A pair's noised data at the later time, and what is needed to make those at the earlier one. */
export interface LaterData extends ConsistencyInput {
  readonly schedule: NoiseSchedule;
  readonly xt: Tensor;
  /** The timesteps of xt. */
  readonly at: Tensor;
  /** The earlier timesteps, 0 in place of -1. */
  readonly earlier: Tensor;
  /** A sum of two tensors, whose coefficients depend on the two timesteps of each example; -1 is the data. */
  mix(weights: (t: number, earlier: number) => readonly [number, number], a: () => Tensor, b: () => Tensor): Tensor;
}

/**
 * A target that compares the student's estimates at two times; the one with less noise is constant, and made with the same dropout.
 *
 * loss = ( sqrt(|f(x_t, t) - f(x_r, r)|^2 + c^2) - c ) / (t - r), with times t = sigma / alpha; f(x_r, r) is x_r for the data
 */
export function comparedTimes(
  name: string,
  gap: number | Schedule,
  earlierData: (later: LaterData) => Tensor,
): ConsistencyTarget {
  return {
    name,
    check: checkBoundary,
    losses: (input) => {
      const { student, x, noise, timesteps, step, options } = input;
      const { schedule } = student;
      const share = valueAt(gap, step);
      checkNumber('step', 'gap(...)', share, { above: 0, below: 1 });
      const find = pairsOf(schedule, share);
      const at = drawnTimesteps(timesteps, schedule.steps);
      const xt = noisedOf(x, noise, at, schedule);
      const mix: LaterData['mix'] = (weights, a, b) =>
        mixByTimestep((t) => weights(t, find(t).earlier), at, schedule.steps, a, b);
      const before = options.random.state();
      const target = stopGradient(() => {
        const earlier = timestepsBy((t) => Math.max(0, find(t).earlier), timesteps, at, schedule.steps);
        const xr = earlierData({ ...input, schedule, xt, at, earlier, mix });
        const estimate = () => estimateSample('step', student, xr, earlier, options);
        return mix((_, r) => (r < 0 ? [1, 0] : [0, 1]), () => xr, estimate); // prettier-ignore
      });
      options.random.restore(before);
      const estimate = estimateSample('step', student, xt, at, options);
      const perTime = Float32Array.from({ length: schedule.steps }, (_, t) => 1 / find(t).distance);
      return tf.mul(tableAt(perTime, timesteps, at, at), distanceOfEach(estimate, target));
    },
  };
}

/** The constants k and b of Geng et al., the latter for data of variance 1: how much wider pairs with little noise are, and up to where. */
const [WIDER, FADES] = [8, 0.5];

/**
 * Finds the earlier time of a pair: r = t (1 - gap (1 + 8 sigmoid(-t / 2))), at least 0, in t = sigma / alpha; the nearest entry of the
 * table before t's own, -1 for the data.
 */
export function pairsOf(schedule: NoiseSchedule, gap: number) {
  const times = Float64Array.from({ length: schedule.steps }, (_, t) => Math.exp(-logRatioAt(schedule, t)));
  const timeAt = (t: number): number => (t < 0 ? 0 : times[t]!);
  return (t: number): { earlier: number; distance: number } => {
    const sought = timeAt(t) * (1 - gap * (1 + WIDER / (1 + Math.exp(FADES * timeAt(t)))));
    let [low, high] = [-1, t - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeAt(middle) < sought) low = middle + 1;
      else high = middle;
    }
    const earlier = low >= 0 && sought - timeAt(low - 1) < timeAt(low) - sought ? low - 1 : low;
    return { earlier, distance: timeAt(t) - timeAt(earlier) };
  };
}

/** The constant of the pseudo-Huber distance for an example of one number: Song and Dhariwal 2023, section 3.3. */
const SMOOTH = 0.00054;

/** The distance of each example, sqrt(|a - b|^2 + c^2) - c with c = 0.00054 sqrt(D) for D numbers: `[batch]`. */
function distanceOfEach(a: Tensor, b: Tensor): Tensor {
  const c = SMOOTH * Math.sqrt(a.size / a.shape[0]);
  return tf.sub(tf.sqrt(tf.add(sumPerExample(tf.square(tf.sub(a, b))), c ** 2)), c);
}
