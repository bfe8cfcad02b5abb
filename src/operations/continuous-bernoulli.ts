import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise } from '../gradients/elementwise.js';
import { nearZero, polynomial } from './near-zero.js';

// The density on [0, 1] is exp(l x - A(l)): an exponential family, whose mean and variance are A' and A''.

/** A(l) = log((exp(l) - 1) / l), the logarithm of the integral of exp(l x) over [0, 1]; 0 at l = 0. */
export function continuousBernoulliLogPartition(logits: Tensor): Tensor {
  return elementwise('continuousBernoulli', logits, logPartition, continuousBernoulliMean);
}

/** A'(l) = 1 / (1 - exp(-l)) - 1 / l, the mean of a continuous Bernoulli variable; 1/2 at l = 0. */
export function continuousBernoulliMean(logits: Tensor): Tensor {
  return elementwise('continuousBernoulli', logits, mean, variance);
}

function logPartition(logits: Tensor): Tensor {
  return nearZero(logits, {
    series: (l) => {
      const square = tf.square(l);
      const even = polynomial(square, [1 / 24, -1 / 2880, 1 / 181440, -1 / 9676800]);
      return tf.add(tf.mul(0.5, l), tf.mul(square, even));
    },
    closed: (l) => {
      const size = tf.abs(l);
      return tf.sub(tf.add(tf.relu(l), tf.log1p(tf.neg(tf.exp(tf.neg(size))))), tf.log(size));
    },
  });
}

function mean(logits: Tensor): Tensor {
  const odd = nearZero(logits, {
    series: (l) => tf.mul(l, polynomial(tf.square(l), [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160])),
    closed: (l) => {
      const size = tf.abs(l);
      const decay = tf.exp(tf.neg(size));
      const half = tf.add(0.5, tf.div(decay, tf.sub(1, decay)));
      return tf.mul(tf.sign(l), tf.sub(half, tf.reciprocal(size)));
    },
  });
  return tf.add(0.5, odd);
}

/** A''(l) = 1 / l^2 - exp(-|l|) / (1 - exp(-|l|))^2. */
function variance(logits: Tensor): Tensor {
  return nearZero(logits, {
    series: (l) => polynomial(tf.square(l), [1 / 12, -1 / 240, 1 / 6048, -1 / 172800, 1 / 5322240]),
    closed: (l) => {
      const decay = tf.exp(tf.neg(tf.abs(l)));
      return tf.sub(tf.reciprocal(tf.square(l)), tf.div(decay, tf.square(tf.sub(1, decay))));
    },
  });
}
