import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isTensor } from '../../tensor/checks.js';
import { alphaBarAt, logRatioAt, scalesOf } from '../noise-schedule.js';
import { columnOfRows, mixRows, rowsAt, type TableRows } from '../per-example.js';
import type { DdimStepOptions } from './ddim.js';
import type { DpmSolverStepOptions } from './dpm-solver.js';
import { checkEstimate, checkLikeNoised, dataWeights, readEstimate } from './read-estimate.js';

/** A logarithm whose exponential is 0. */
const LOG_OF_ZERO = -1e4;
/** A log(alpha / sigma) from which every step has the ratio 0. */
const FAR_BELOW = -1e30;

/**
 * A step of DDIM with a timestep for each example. It separates xt into data and noise at `from` and adds them at `to`: so each of the two
 * stages needs a table of one timestep, not of pairs.
 */
export function ddimStepForEach(where: string, options: DdimStepOptions): Tensor {
  const { xt, estimate, predictedNoise, from, to, schedule, eta = 0, noise } = options;
  const known = checkEstimate(where, options);
  if (!isTensor(from)) readEstimate(where, options, schedule, from, 'from');
  if (eta > 0) checkLikeNoised(where, 'noise', noise, xt);
  return tf.tidy(() => {
    const [begin, end] = [rowsAt(where, 'from', from, xt, schedule), rowsAt(where, 'to', to, xt, schedule, -1)];
    const part = (weights: (alpha: number, sigma: number) => [number, number]): Tensor =>
      mixRows(begin, (t) => weights(...scalesOf(schedule, t)), xt, known);
    const data = estimate ?? part(dataWeights);
    const rest = predictedNoise ?? part((alpha, sigma) => [1 / sigma, -alpha / sigma]);
    const joined = (remaining: Tensor): Tensor => mixRows(end, (t) => scalesOf(schedule, t), data, remaining);
    if (eta === 0) return joined(rest);
    const log = (rows: TableRows): Tensor =>
      columnOfRows(rows, (t) => Math.max(LOG_OF_ZERO, Math.log(alphaBarAt(schedule, t))), xt);
    // the deviation and sigma_to have the ratio eta sqrt(1 - t / s) / sigma; NaN on the way to more noise
    const root = tf.sqrt(tf.neg(tf.expm1(tf.sub(log(begin), log(end)))));
    const share = tf.mul(
      columnOfRows(begin, (t) => eta / scalesOf(schedule, t)[1], xt),
      root,
    );
    const direction = tf.sqrt(tf.maximum(0, tf.sub(1, tf.square(share))));
    return joined(tf.add(tf.mul(direction, rest), tf.mul(share, noise!)));
  });
}

/** A step of DPM-Solver++(2M) with a timestep for each example: a step of DDIM with the extrapolated estimate. */
export function dpmSolverStepForEach(where: string, options: DpmSolverStepOptions): Tensor {
  const { xt, estimate, previous, from, to, schedule } = options;
  checkEstimate(where, { xt, estimate });
  return tf.tidy(() => {
    if (previous === undefined) return ddimStepForEach(where, { xt, estimate, from, to, schedule });
    const column = (rows: TableRows, infinite: number): Tensor => {
      const finite = (ratio: number): number => (Number.isFinite(ratio) ? ratio : infinite);
      return columnOfRows(rows, (t) => finite(logRatioAt(schedule, t)), xt);
    };
    const [before, here, there] = [
      rowsAt(where, 'previous.timestep', previous.timestep, xt, schedule),
      rowsAt(where, 'from', from, xt, schedule),
      rowsAt(where, 'to', to, xt, schedule, -1),
    ];
    // 0, so that the step has first order, where an end is alphaBar 0 or 1
    const isBetween = [here, there].map((rows) =>
      columnOfRows(rows, (t) => Number(Number.isFinite(logRatioAt(schedule, t))), xt),
    ) as [Tensor, Tensor];
    const ratio = tf.div(tf.sub(column(there, 0), column(here, 0)), tf.sub(column(here, 0), column(before, FAR_BELOW)));
    const half = tf.mul(tf.mul(isBetween[0], isBetween[1]), tf.div(ratio, 2));
    const extrapolated = tf.add(estimate, tf.mul(half, tf.sub(estimate, previous.estimate)));
    return ddimStepForEach(where, { xt, estimate: extrapolated, from, to, schedule });
  });
}
