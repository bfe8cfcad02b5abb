import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../exercises/gan-update/model.js';

export function ganUpdate(
  generator: tf.Tensor,
  discriminator: tf.Tensor,
  real: tf.Tensor,
  noise: tf.Tensor,
  model: Model,
): { generator: tf.Tensor; discriminator: tf.Tensor } {
  const step = (loss: (weights: tf.Tensor) => tf.Scalar, weights: tf.Tensor): tf.Tensor =>
    tf.sub(weights, tf.mul(0.1, tf.grad(loss)(weights)));
  return tf.tidy(() => {
    const fake = model.generate(generator, noise);
    const judge = step(
      (weights) => model.discriminatorLoss(model.judge(weights, real), model.judge(weights, fake)),
      discriminator,
    );
    const generatorLoss = (weights: tf.Tensor): tf.Scalar =>
      model.generatorLoss(model.judge(judge, model.generate(weights, noise)));
    return { generator: step(generatorLoss, generator), discriminator: judge };
  });
}
