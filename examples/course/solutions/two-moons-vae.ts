import * as tf from '@tensorflow/tfjs-core';
import { cosineDecay, createAdam, createRandom, mlp } from 'tfjs-generative';
import { gaussianKl } from './gaussian-kl.js';
import { reparameterize } from './reparameterize.js';

const [STEPS, BATCH] = [1500, 256];

export function twoMoonsVae(data: tf.Tensor2D): (noise: tf.Tensor2D) => tf.Tensor {
  const random = createRandom(1);
  const encoder = mlp({ sizes: [2, 64, 64, 4], random: random.fork('encoder') });
  const decoder = mlp({ sizes: [2, 64, 64, 2], random: random.fork('decoder') });
  const logDeviation = tf.variable(tf.scalar(-1));
  const variables = [...encoder.variables, ...decoder.variables, logDeviation];
  const adam = createAdam({ learningRate: cosineDecay({ from: 3e-3, to: 1e-5, steps: STEPS }) });
  for (let step = 0; step < STEPS; step++) {
    tf.tidy(() => {
      const x = tf.gather(data, random.integers([BATCH], 0, data.shape[0]));
      const loss = (): tf.Scalar => {
        const [mean, logVariance] = tf.split(encoder.apply(x), 2, 1) as [tf.Tensor, tf.Tensor];
        const z = reparameterize(mean, logVariance, random.normal([BATCH, 2]));
        const error = tf.div(tf.sub(x, decoder.apply(z)), tf.exp(logDeviation));
        const logLikelihood = tf.sub(tf.mul(-0.5, tf.sum(tf.square(error), 1)), tf.mul(2, logDeviation));
        return tf.mean(tf.sub(gaussianKl(mean, logVariance), logLikelihood));
      };
      const { grads } = tf.variableGrads(loss, variables);
      adam.apply(
        variables.map(({ name }) => grads[name]!),
        variables,
      );
    });
  }
  return (noise) =>
    tf.tidy(() => {
      const [z, rest] = tf.split(noise, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
      return tf.add(decoder.apply(z), tf.mul(tf.exp(logDeviation), rest));
    });
}
