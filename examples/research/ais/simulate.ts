import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from 'tfjs-generative';
import type { Observed } from './ais.js';

/** Latents and data of a model. */
export function simulate({ decode, latentSize, deviation }: Observed, count: number, random: RandomStream) {
  return tf.tidy(() => {
    const z = random.normal([count, latentSize]) as tf.Tensor2D;
    const clean = decode(z);
    return { z, x: tf.add<tf.Tensor2D>(clean, tf.mul(deviation, random.normal(clean.shape))) };
  });
}
