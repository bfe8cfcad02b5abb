import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../exercises/vae-update/model.js';

export function vaeUpdate(
  encoder: tf.Tensor,
  decoder: tf.Tensor,
  x: tf.Tensor,
  noise: tf.Tensor,
  model: Model,
): { encoder: tf.Tensor; decoder: tf.Tensor } {
  const loss = (encoder: tf.Tensor, decoder: tf.Tensor): tf.Scalar => {
    const { mean, logVariance } = model.encode(encoder, x);
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise));
    return tf.mul(-1, tf.mean(model.elbo(x, model.decode(decoder, z), mean, logVariance)));
  };
  return tf.tidy(() => {
    const [ofEncoder, ofDecoder] = tf.grads(loss)([encoder, decoder]) as [tf.Tensor, tf.Tensor];
    return { encoder: tf.sub(encoder, tf.mul(0.1, ofEncoder)), decoder: tf.sub(decoder, tf.mul(0.1, ofDecoder)) };
  });
}
