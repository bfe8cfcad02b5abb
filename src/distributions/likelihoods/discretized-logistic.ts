import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp, sigmoid, softplus } from '../../gradients/elementwise.js';
import { logOneMinusExp } from '../../operations/log-one-minus-exp.js';
import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { sumPerExample } from '../../tensor/sum-per-example.js';
import { UNIT_RANGE, likelihood, splitPair, type Likelihood } from './likelihood.js';
import { nested, readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** Up to this many levels, the mean is summed level by level. */
const SUMMED_LEVELS = 64;

/** Options of {@link discretizedLogistic}. */
export interface DiscretizedLogisticOptions {
  /** Levels of a pixel, at least 2: 256 for eight bits. */
  readonly levels: number;
  /**
   * The mean and log-scale for parameters of 0, which are roughly the outputs of an untrained network. Default 0 and 0; for pixels use
   * `{ mean: 0.5, logScale: -2 }`, a spread of 0.25 around the middle. To load a trained decoder, use its `start`.
   */
  readonly start?:
    | {
        /** Added to the mean. */
        readonly mean: number;
        /** Added to the log-scale. */
        readonly logScale: number;
      }
    | undefined;
}

/**
 * The discretised logistic likelihood for pixels with a finite number of levels, in nats. It is a probability, so its
 * logarithm is below 0 and can be compared between models. Its parameters are all means, then all log-scales: `[..., 2 * channels]`.
 *
 * log P(x) = sum_j log( sigmoid((x_j + h - m_j) / s_j) - sigmoid((x_j - h - m_j) / s_j) ), s = exp(logScale),
 * h = 1 / (2 (levels - 1)); the lowest level includes everything below it, the highest everything above
 *
 * @param options - `levels`, and `start`, which is added to the parameters: m = start.mean + mean, and the log-scale likewise
 * @returns the likelihood; x lies on the levels k / (levels - 1) in [0, 1], and m and s are in the same unit
 * @throws RangeError if there are fewer than two levels or `start` is not finite
 * @remarks Computed as log(1 - exp(-2h / s)) - softplus(-a) - softplus(b), where a and b are the two arguments above.
 * This is accurate even where the difference of the sigmoids underflows, so it needs neither clipping nor a density
 * in its place. Up to 64 levels, `mean` is the mean over the levels; with more levels it is the mean of the logistic
 * clipped to [0, 1], which is less than half a level away and much cheaper.
 * @example
 * ```ts
 * const logProb = discretizedLogistic({ levels: 2 }).logProb(tf.tensor2d([[1]]), tf.tensor2d([[0.5, 0]]));
 * console.log(await logProb.data()); // log(1/2) = -0.693
 * ```
 * @see Salimans et al. 2017, PixelCNN++, section 2.1, https://arxiv.org/abs/1701.05517
 */
export function discretizedLogistic(options: DiscretizedLogisticOptions): Likelihood {
  const read = readOptions('discretizedLogistic', options, {
    levels: { is: checkInteger, least: 2 },
    start: nested,
  });
  const { levels, start } = read;
  if (start !== undefined)
    readOptions('discretizedLogistic', start, { mean: checkNumber, logScale: checkNumber }, 'start');
  const meanAndLogScale = (parameters: Tensor): [Tensor, Tensor] => {
    const [mean, logScale] = splitPair(parameters);
    return start === undefined ? [mean, logScale] : [tf.add(mean, start.mean), tf.add(logScale, start.logScale)];
  };
  const half = 0.5 / (levels - 1);
  const made = likelihood('discretizedLogistic', {
    parameterSize: 2,
    range: UNIT_RANGE,
    logProb: (x, parameters) => {
      const [mean, logScale] = meanAndLogScale(parameters);
      const precision = exp(tf.neg(logScale));
      const upper = softplus(tf.neg(tf.mul(precision, tf.add(tf.sub(x, mean), half))));
      const lower = softplus(tf.mul(precision, tf.sub(tf.sub(x, mean), half)));
      const width = logOneMinusExp(tf.mul(2 * half, precision));
      // 1 where x is above the lowest level, 1 where it is below the highest
      const aboveLowest = tf.step(tf.sub(x, half));
      const belowHighest = tf.step(tf.sub(1 - half, x));
      const inner = tf.mul(tf.mul(aboveLowest, belowHighest), width);
      return sumPerExample(tf.sub(tf.sub(inner, tf.mul(belowHighest, upper)), tf.mul(aboveLowest, lower)));
    },
    mean: (parameters) => {
      const [mean, logScale] = meanAndLogScale(parameters);
      return levels <= SUMMED_LEVELS ? summedMean(mean, logScale, levels) : clippedMean(mean, logScale);
    },
    sample: (parameters, random) => {
      const [mean, logScale] = meanAndLogScale(parameters);
      const u = random.uniform(mean.shape, 2 ** -25, 1);
      const noise = tf.sub(tf.log(u), tf.log(tf.sub(1, u)));
      const x = tf.clipByValue(tf.add(mean, tf.mul(tf.exp(logScale), noise)), 0, 1);
      return tf.div(tf.round(tf.mul(x, levels - 1)), levels - 1);
    },
  });
  return madeBy('discretizedLogistic', read, made);
}

/** The mean: the sum of P(X above the edge) over the edges between levels, divided by levels - 1. */
function summedMean(mean: Tensor, logScale: Tensor, levels: number): Tensor {
  const precision = exp(tf.neg(logScale));
  let sum: Tensor = tf.zerosLike(mean);
  for (let level = 0; level < levels - 1; level++) {
    sum = tf.add(sum, sigmoid(tf.mul(precision, tf.sub(mean, (level + 0.5) / (levels - 1)))));
  }
  return tf.div(sum, levels - 1);
}

/** E[min(max(X, 0), 1)] = s ( softplus(m / s) - softplus((m - 1) / s) ) for a logistic X. */
function clippedMean(mean: Tensor, logScale: Tensor): Tensor {
  const precision = exp(tf.neg(logScale));
  const upper = softplus(tf.mul(precision, mean));
  const lower = softplus(tf.mul(precision, tf.sub(mean, 1)));
  return tf.mul(exp(logScale), tf.sub(upper, lower));
}
