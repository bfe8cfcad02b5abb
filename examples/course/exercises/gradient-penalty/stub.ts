import * as tf from '@tensorflow/tfjs-core';
type Critic = (x: tf.Tensor) => tf.Tensor;

/** How far the critic's slope is from 1 between real data and fakes, a scalar; data are [batch, features], mix is [batch, 1]. */
export function gradientPenalty(critic: Critic, real: tf.Tensor, fake: tf.Tensor, mix: tf.Tensor): tf.Tensor {
  return tf.mean(tf.mul(mix, tf.sub(critic(real), critic(fake)))); // replace this line
}
