import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sigmoid } from '../gradients/index.js';

/**
 * x log sigmoid(l) + (1 - x) log(1 - sigmoid(l)), number by number, in nats.
 *
 * Computed as x l - max(l, 0) - log(1 + exp(-|l|)), which keeps its digits for large logits, where x l - softplus(l)
 * cancels. The gradient, x - sigmoid(l), is given in closed form: the derivative of max and |.| is wrong at l = 0,
 * where a network whose last layer starts at zero begins.
 */
export function bernoulliLogProb(x: Tensor, logits: Tensor): Tensor {
  return tf.customGrad((...inputs: unknown[]) => {
    const [data, l, save] = inputs as [Tensor, Tensor, (saved: Tensor[]) => void];
    save([data, l]);
    const value = tf.sub(tf.sub(tf.mul(data, l), tf.relu(l)), tf.log1p(tf.exp(tf.neg(tf.abs(l)))));
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [savedX, savedLogits] = saved as [Tensor, Tensor];
      return [tf.mul(dy, savedLogits), tf.mul(dy, tf.sub(savedX, sigmoid(savedLogits)))];
    };
    return { value, gradFunc };
  })(x, logits);
}
