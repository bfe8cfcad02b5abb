import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise, exp } from '../gradients/elementwise.js';
import { nearZero, polynomial } from './near-zero.js';

/**
 * log(1 - exp(-x)) for x > 0, elementwise, without the cancellation of the plain formula near 0 and without the
 * overflow of its gradient, 1 / (exp(x) - 1), for large x.
 */
export function logOneMinusExp(x: Tensor): Tensor {
  return elementwise('logOneMinusExp', x, value, derivative);
}

function value(x: Tensor): Tensor {
  return nearZero(x, {
    // log x + log((1 - exp(-x)) / x)
    series: (small) => {
      const square = tf.square(small);
      const even = polynomial(square, [1 / 24, -1 / 2880, 1 / 181440, -1 / 9676800]);
      return tf.add(tf.log(small), tf.sub(tf.mul(square, even), tf.mul(0.5, small)));
    },
    closed: (large) => tf.log1p(tf.neg(tf.exp(tf.neg(large)))),
  });
}

/** 1 / (exp(x) - 1) */
function derivative(x: Tensor): Tensor {
  return nearZero(x, {
    series: (small) => {
      const odd = polynomial(tf.square(small), [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600]);
      return tf.add(tf.sub(tf.reciprocal(small), 0.5), tf.mul(small, odd));
    },
    closed: (large) => {
      const decay = exp(tf.neg(large));
      return tf.div(decay, tf.sub(1, decay));
    },
  });
}
