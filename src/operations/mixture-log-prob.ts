import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { exp } from '../gradients/elementwise.js';
import { fused } from '../gradients/fused.js';
import { DENSE_KERNEL, hasKernel } from '../tensor/own-kernels.js';
import { logSumExp } from './log-sum-exp.js';

/** Numbers in the largest table of differences, 16 MB; more rows are compared with the components in several pieces. */
const MOST = 2 ** 22;

/** The same on a processor, whose cache then holds a piece: with 500 components in 40 dimensions it takes two thirds of the time. */
const MOST_IN_CACHE = 2 ** 18;

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
        const shares = tf.softmax(w);
        const joint = jointLogProb(x, m, l, shares);
        const responsibilities = tf.softmax(joint);
        // the largest responsibility is at the largest exponent, and no sum of tiny numbers
        const value = tf.sub(tf.max(joint, 1), tf.log(tf.max(responsibilities, 1)));
        return { value, saved: [x, m, l, shares, responsibilities] };
      },
      gradients: (dy, [x, m, l, shares, responsibilities]) => {
        const weights = tf.mul<Tensor2D>(responsibilities!, tf.expandDims(dy, 1));
        const precisions: Tensor2D = tf.exp(tf.neg(l as Tensor2D));
        const perComponent = (values: Tensor): Tensor => tf.matMul(weights, values, true);
        const totals = tf.sum(weights, 0);
        const total = tf.expandDims(totals, 1);
        const first = perComponent(x!);
        return [
          () => {
            const pull = tf.matMul(weights, tf.mul<Tensor2D>(m!, precisions));
            return tf.sub(pull, tf.mul(x!, tf.matMul(weights, precisions)));
          },
          () => tf.mul(precisions, tf.sub(first, tf.mul(m!, total))),
          () => {
            // sum_n w_n (x_n - m)^2 = sum w x^2 - m (2 sum w x - m sum w)
            const cross = tf.mul(m!, tf.sub(tf.mul(2, first), tf.mul(m!, total)));
            const squares = tf.sub(perComponent(tf.square(x!)), cross);
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
  return tf.softmax(jointLogProb(z, means, logVariances, tf.softmax(logits)));
}

/** log w_k + log N(z; m_k, exp(l_k)), `[rows, components]`. */
function jointLogProb(z: Tensor, means: Tensor, logVariances: Tensor, shares: Tensor): Tensor {
  const scales = tf.sub(tf.log(shares), tf.mul(0.5, tf.sum(tf.add(logVariances, LOG_TWO_PI), 1)));
  return tf.sub(scales, tf.mul(0.5, squaredDistances(z, means, logVariances)));
}

/** sum_j (z_j - m_kj)^2 / v_kj, `[rows, components]`. */
function squaredDistances(z: Tensor, means: Tensor, logVariances: Tensor): Tensor {
  const [rows, size] = z.shape as [number, number];
  const variances = tf.exp(logVariances);
  const ofPiece = (piece: Tensor): Tensor =>
    tf.sum(tf.div(tf.squaredDifference(tf.reshape(piece, [-1, 1, size]), means), variances), 2);
  const most = hasKernel(DENSE_KERNEL) ? MOST_IN_CACHE : MOST;
  const atOnce = Math.max(1, Math.floor(most / (means.shape[0] * size)));
  if (rows <= atOnce) return ofPiece(z);
  const pieces: Tensor[] = [];
  for (let done = 0; done < rows; done += atOnce) {
    pieces.push(tf.tidy(() => ofPiece(tf.slice(z, [done, 0], [Math.min(atOnce, rows - done), size]))));
  }
  return tf.concat(pieces);
}
