import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp } from '../gradients/elementwise.js';
import { fused } from '../gradients/fused.js';
import {
  GAUSSIAN_SAMPLE_GRADIENT_KERNEL,
  GAUSSIAN_SAMPLE_KERNEL,
  hasKernel,
  runKernel,
} from '../tensor/own-kernels.js';

/**
 * mean + exp(logVariance / 2) noise, with its gradients in few kernels.
 *
 * @param noise - of the mean's shape, or with a leading axis of samples
 */
export function gaussianSample(mean: Tensor, logVariance: Tensor, noise: Tensor): Tensor {
  const inOneKernel = hasKernel(GAUSSIAN_SAMPLE_KERNEL);
  return fused<[Tensor, Tensor, Tensor]>(
    {
      plain: (m, l, e) => tf.add(m, tf.mul(exp(tf.mul(0.5, l)), e)),
      forward: (m, l, e) => {
        if (inOneKernel) {
          const inputs = { mean: m, logVariance: l, noise: e };
          return { value: runKernel<Tensor>(GAUSSIAN_SAMPLE_KERNEL, inputs), saved: [l, e] };
        }
        const deviation = tf.exp(tf.mul(0.5, l));
        const scaled = tf.mul(deviation, e);
        return { value: tf.add(m, scaled), saved: [deviation, scaled] };
      },
      gradients: (dz, saved) => {
        const ofSamples = (gradient: Tensor): Tensor =>
          gradient.rank === saved[0]!.rank ? gradient : tf.sum(gradient, 0);
        if (inOneKernel) {
          const [l, e] = saved as [Tensor, Tensor];
          const inputs = { logVariance: l, noise: e, dy: dz };
          return [
            () => ofSamples(tf.clone(dz)),
            () => ofSamples(runKernel<Tensor>(GAUSSIAN_SAMPLE_GRADIENT_KERNEL, inputs)),
            () => tf.mul(dz, tf.exp(tf.mul(0.5, l))),
          ];
        }
        const [deviation, scaled] = saved as [Tensor, Tensor];
        return [
          () => ofSamples(tf.clone(dz)),
          () => ofSamples(tf.mul(tf.mul(0.5, dz), scaled)),
          () => tf.mul(dz, deviation),
        ];
      },
    },
    mean,
    logVariance,
    noise,
  );
}
