import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { exp } from '../gradients/elementwise.js';
import { fused } from '../gradients/fused.js';
import { hasKernel, MIXTURE_KERNEL, runKernel } from '../tensor/own-kernels.js';
import { logSumExp } from './log-sum-exp.js';

/** Numbers in the largest table of differences, 16 MB; more rows are compared with the components in several pieces. */
const MAX_NUMBERS = 2 ** 22;

/** Almost the lowest number of float32, for which WebGPU's softmax gives NaN. */
const LOWEST = -3e38;

/** log(2 pi) */
const LOG_TWO_PI = 1.8378770664093453;

/**
 * The log-density of a mixture of diagonal Gaussians, per row, in nats.
 *
 * log p(z) = log sum_k w_k N(z; m_k, exp(l_k)), w = softmax(logits)
 *
 * The distances are sums of squared differences. As products of matrices, sum z^2 / v - 2 sum z m / v + sum m^2 / v, they would be faster,
 * but the terms cancel: in 40 dimensions at log-variances of -6 the sum is off by 1e-3 nats. The gradients, weighted sums by the
 * responsibilities r_k = w_k N_k / p, do not cancel like that, and are products.
 *
 * @param z - `[rows, size]`
 * @param means - `[components, size]`, as are the log-variances
 * @param logits - `[components]`
 * @returns `[rows]`; to be called inside a tidy
 */
export function mixtureLogProb(z: Tensor, means: Tensor, logVariances: Tensor, logits: Tensor): Tensor {
  return fused<[Tensor, Tensor, Tensor, Tensor]>(
    {
      plain: (x, m, l, w) => {
        const distances = tf.sum(tf.mul(tf.square(tf.sub(tf.expandDims(x, 1), m)), exp(tf.neg(l))), 2);
        const scales = tf.sum(tf.add(l, LOG_TWO_PI), 1);
        return tf.sub(logSumExp(tf.sub(w, tf.mul(0.5, tf.add(distances, scales))), -1), logSumExp(w, -1));
      },
      forward: (x, m, l, w) => {
        const [value, responsibilities, shares] = densityOf(x, m, l, w);
        return { value, saved: [x, m, l, shares, responsibilities] };
      },
      gradients: (dy, [x, m, l, shares, responsibilities]) => {
        const weights = tf.mul<Tensor2D>(responsibilities!, tf.reshape(dy, [-1, 1]));
        const precisions: Tensor2D = tf.exp(tf.neg(l as Tensor2D));
        const perComponent = (values: Tensor): Tensor => tf.matMul(weights, values, true);
        const totals = tf.sum(weights, 0);
        const total = tf.reshape(totals, [-1, 1]);
        const first = perComponent(x!);
        /** sum_n w_n (x_n - m) */
        const pulls = tf.sub(first, tf.mul(m!, total));
        return [
          () => {
            const pull = tf.matMul(weights, tf.mul<Tensor2D>(m!, precisions));
            return tf.sub(pull, tf.mul(x!, tf.matMul(weights, precisions)));
          },
          () => tf.mul(precisions, pulls),
          () => {
            // sum_n w_n (x_n - m)^2 = sum w x^2 - m (sum w x + sum w (x - m))
            const squares = tf.sub(perComponent(tf.square(x!)), tf.mul(m!, tf.add(first, pulls)));
            return tf.mul(0.5, tf.sub(tf.mul(precisions, squares), total));
          },
          () => tf.sub(totals, tf.mul(shares!, tf.sum(dy))),
        ];
      },
    },
    z,
    means,
    logVariances,
    logits,
  );
}

/** The probability of each component given z, `[rows, components]`; not differentiable. Call it inside a tidy. */
export function mixtureResponsibilities(z: Tensor, means: Tensor, logVariances: Tensor, logits: Tensor): Tensor {
  return densityOf(z, means, logVariances, logits)[1];
}

/** The log-density, the responsibilities `[rows, components]`, and the softmax of the logits. */
function densityOf(z: Tensor, means: Tensor, logVariances: Tensor, logits: Tensor): [Tensor, Tensor, Tensor] {
  const shares = tf.softmax(logits);
  const joint = jointLogProb(z, means, logVariances, tf.log(shares));
  // far from all components, each of them is log 0, and the softmax is undefined
  const responsibilities = tf.softmax(tf.maximum(joint, LOWEST));
  // the largest responsibility is at the largest exponent, and no sum of tiny numbers
  const value = tf.sub(tf.max(joint, 1), tf.log(tf.max(responsibilities, 1)));
  return [value, responsibilities, shares];
}

/** log w_k + log N(z; m_k, exp(l_k)), `[rows, components]`. */
function jointLogProb(z: Tensor, means: Tensor, logVariances: Tensor, logWeights: Tensor): Tensor {
  if (hasKernel(MIXTURE_KERNEL)) return runKernel(MIXTURE_KERNEL, { z, means, logVariances, logWeights });
  const [rows, size] = z.shape as [number, number];
  const halfSums = (x: Tensor): Tensor => tf.mul(-0.5, tf.sum(x, -1));
  const variances = tf.exp(logVariances);
  const scales = tf.add(logWeights, halfSums(tf.add(logVariances, LOG_TWO_PI)));
  const atOnce = Math.max(1, Math.floor(MAX_NUMBERS / means.size));
  const pieces: Tensor[] = [];
  let done = 0;
  do {
    pieces.push(
      tf.tidy(() => {
        const piece = rows > atOnce ? tf.slice(z, [done, 0], [Math.min(atOnce, rows - done), size]) : z;
        return halfSums(tf.div(tf.squaredDifference(tf.reshape(piece, [-1, 1, size]), means), variances));
      }),
    );
  } while ((done += atOnce) < rows);
  return tf.add(tf.concat(pieces), scales);
}
