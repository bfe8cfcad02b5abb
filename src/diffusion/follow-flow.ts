import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { LOG_TWO_PI } from '../distributions/gaussian.js';
import { sumPerExample } from '../tensor/sum-per-example.js';
import { scalesOf, type NoiseSchedule } from './noise-schedule.js';
import { quadraticWeights } from './quadratic-weights.js';
import type { Denoising } from './samplers/denoising.js';
import { replaced } from './samplers/walk.js';
import { logSnrTimesteps } from './timesteps.js';
import { weightedSum } from './weighted-sum.js';

/** What a look at a point of the way gives: the estimate of x_0, and the trace of its Jacobian by x_t for each probe, `[probes, batch]`. */
export interface Look {
  readonly estimate: Tensor;
  readonly trace: Tensor;
}

/** A point of the way along t = sigma / (alpha + sigma): the derivatives of z and of log p by t. */
interface Point {
  readonly time: number;
  readonly slope: Tensor;
  readonly divergence: Tensor;
}

/** Follows the ODE from data to noise: log p of each example for each probe, `[probes, batch]`. */
export async function followFlow(
  schedule: NoiseSchedule,
  { denoise }: Denoising,
  x: Tensor,
  look: (xt: Tensor, timestep: number) => Promise<Look>,
  steps: number,
): Promise<Tensor> {
  const size = x.size / x.shape[0];
  const points: Point[] = [];
  let z: Tensor | undefined;
  let total: Tensor | undefined;
  let kept: Tensor[] = [];
  const keep = <T extends Tensor>(tensor: T): T => (kept.push(tensor), tensor);
  try {
    const [alpha, sigma] = scalesOf(schedule, 0);
    const shrunk = alpha / (alpha + sigma);
    const first = await look(keep(tf.mul(alpha, x)), 0);
    // half of the step along the estimated noise, whose slope in sigma^2 is constant
    z = weightedSum([1.5 * shrunk, x], [-0.5 * shrunk, keep(first.estimate)]);
    total = tf.tidy(() => tf.sub(size * (0.5 + Math.log(shrunk)), tf.mul(alpha / 2, keep(first.trace))));
    const nodes = nodesOf(schedule, steps);
    for (const [k, { timestep, scale, time }] of nodes.entries()) {
      const { estimate, trace } = await look(keep(tf.mul(scale, z)), timestep);
      const point = {
        time,
        slope: weightedSum([1 / time, z], [-1 / time, keep(estimate)]),
        divergence: tf.tidy(() => tf.div(tf.sub(size, tf.mul(scale, keep(trace))), time)),
      };
      const [last, before] = [points.at(-1), points.at(-2)];
      points.push(point);
      if (last) total = replaced(total, moved(total, time, 'divergence', before, last, point));
      const next = nodes[k + 1];
      if (next) {
        const step = next.time - time;
        const bend = last ? step ** 2 / 2 / (time - last.time) : 0;
        const predicted = keep(
          weightedSum([1, z], [step + bend, point.slope], ...(last ? [[-bend, last.slope] as const] : [])),
        );
        const ahead = keep(await denoise(keep(tf.mul(next.scale, predicted)), next.timestep));
        const slope = keep(weightedSum([1 / next.time, predicted], [-1 / next.time, ahead]));
        z = replaced(z, moved(z, next.time, 'slope', last, point, { slope }));
      } else z = replaced(z, tf.mul(scale, z));
      for (const old of points.splice(0, points.length - 2)) tf.dispose([old.slope, old.divergence]);
      tf.dispose(kept);
      kept = [];
    }
    const { scale } = nodes.at(-1)!;
    return tf.tidy(() => {
      const noise = tf.mul(-0.5, sumPerExample(tf.square(z!)));
      return tf.add(tf.add(total!, noise), size * (Math.log(scale) - LOG_TWO_PI / 2));
    });
  } finally {
    tf.dispose([z, total, kept, points.map(({ slope, divergence }) => [slope, divergence])]);
  }
}

/** The value after the integral of a derivative from `from` to the time `to`. */
function moved<Name extends 'slope' | 'divergence'>(
  value: Tensor,
  to: number,
  name: Name,
  before: Point | undefined,
  from: Point,
  at: Pick<Point, Name>,
): Tensor {
  const [ofBefore, ofFrom, ofTo] = quadraticWeights(before?.time, from.time, to);
  return weightedSum(
    [1, value],
    [ofFrom, from[name]],
    [ofTo, at[name]],
    ...(before ? [[ofBefore, before[name]] as const] : []),
  );
}

/** The timesteps from data to noise, with the scale of z and the time of each. */
function nodesOf(schedule: NoiseSchedule, steps: number) {
  const rising = [...logSnrTimesteps(schedule, { steps, low: -1e3, high: 1e3 })].reverse();
  // noise alone, whose log(alpha / sigma) is infinite
  if (rising.at(-1)! < schedule.steps - 1) rising.push(schedule.steps - 1);
  return rising.map((timestep) => {
    const [alpha, sigma] = scalesOf(schedule, timestep);
    return { timestep, scale: alpha + sigma, time: sigma / (alpha + sigma) };
  });
}
