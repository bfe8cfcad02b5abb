import * as tf from '@tensorflow/tfjs-core';
import { cosineDecay, createAdam, createRandom, denoisingMlp } from 'tfjs-generative';
import { addNoise } from './add-noise.js';
import { ddimSample } from './ddim-sample.js';

const [STEPS, BATCH, TIMESTEPS] = [1500, 256, 40];

export function twoMoonsDiffusion(data: tf.Tensor2D): (noise: tf.Tensor2D) => tf.Tensor {
  const random = createRandom(1);
  const network = denoisingMlp({ size: 2, width: 64, random: random.fork('network') });
  const variables = [...network.variables];
  const adam = createAdam({ learningRate: cosineDecay({ from: 4e-3, to: 1e-5, steps: STEPS }) });
  // a cosine, cut before 0
  const angles = Array.from({ length: TIMESTEPS }, (_, t) => (0.5 * Math.PI * (t + 1)) / (TIMESTEPS + 1));
  const alphaBars = tf.tensor1d(angles.map((angle) => Math.cos(angle) ** 2));
  for (let step = 0; step < STEPS; step++) {
    tf.tidy(() => {
      const x = tf.gather(data, random.integers([BATCH], 0, data.shape[0]));
      const timesteps = random.integers([BATCH], 0, TIMESTEPS) as tf.Tensor1D;
      const noise = random.normal([BATCH, 2]);
      const noised = addNoise(x, noise, timesteps, alphaBars);
      const loss = (): tf.Scalar => tf.mean(tf.squaredDifference(network.apply(noised, { timesteps }), noise));
      const { grads } = tf.variableGrads(loss, variables);
      adam.apply(
        variables.map(({ name }) => grads[name]!),
        variables,
      );
    });
  }
  const predictNoise = (x: tf.Tensor, t: number): tf.Tensor =>
    network.apply(x, { timesteps: tf.fill([x.shape[0]], t, 'int32') });
  return (noise) => ddimSample(predictNoise, tf.slice(noise, [0, 0], [-1, 2]), alphaBars);
}
