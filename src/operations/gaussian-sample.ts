import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp } from '../gradients/elementwise.js';
import { fused } from '../gradients/fused.js';

/**
 * mean + exp(logVariance / 2) noise, with its gradients in few kernels.
 *
 * @param noise - of the mean's shape, or with a leading axis of samples
 */
export function gaussianSample(mean: Tensor, logVariance: Tensor, noise: Tensor): Tensor {
  return fused<[Tensor, Tensor, Tensor]>(
    {
      own: ['GaussianSample'],
      plain: (m, l, e) => tf.add(m, tf.mul(exp(tf.mul(0.5, l)), e)),
      forward: (m, l, e) => {
        const deviation = tf.exp(tf.mul(0.5, l));
        const scaled = tf.mul(deviation, e);
        return { value: tf.add(m, scaled), saved: [deviation, scaled] };
      },
      gradients: (dz, [deviation, scaled]) => {
        const ofSamples = (gradient: Tensor): Tensor =>
          gradient.rank === deviation!.rank ? gradient : tf.sum(gradient, 0);
        return [
          () => ofSamples(tf.clone(dz)),
          () => ofSamples(tf.mul(tf.mul(0.5, dz), scaled!)),
          () => tf.mul(dz, deviation!),
        ];
      },
    },
    mean,
    logVariance,
    noise,
  );
}
