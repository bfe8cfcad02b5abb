import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createAdamPieces } from '../../src/operations/adam.js';
import { betas, countedUpdate } from './adam-steps.js';

/** Gradients at a step: scattered around 0, scattered around 1, always the same, decaying, and large and small in turn. */
function gradientsAt(step: number): number[] {
  const scattered = Math.sin(step * 12.9898) * 43758.5453;
  const noise = 2 * (scattered - Math.floor(scattered)) - 1;
  const numbers = [noise, 1 + 0.3 * noise, 0.3, noise * Math.exp(-step / 2000), step % 2 === 0 ? 1e-5 : 1];
  return numbers.map(Math.fround);
}

// Errors grow with the steps: float32 rounds 10,000 times what it once rounded to 7 digits.
/** The plain operations of cpu take a minute for as many steps as our kernel on wasm takes in a second. */
const lastStep = tf.getBackend() === 'cpu' ? 1000 : 10_000;

test.each(betas)('steps up to 1000, on wasm 10000, are those of Adam in float64 with beta2 = %d', async (beta2) => {
  const numbers = { rate: 1, beta1: 0.9, beta2, epsilon: 1e-8, weightDecay: 0 };
  const variable = tf.variable(tf.zeros([5]));
  const pieces = createAdamPieces([variable]);
  const [mean, square] = [new Float64Array(5), new Float64Array(5)];
  for (let step = 1; step <= lastStep; step++) {
    const gradients = gradientsAt(step);
    const expected = gradients.map((g, i) => {
      mean[i] = numbers.beta1 * mean[i]! + (1 - numbers.beta1) * g;
      square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
      const [m, v] = [mean[i] / (1 - numbers.beta1 ** step), square[i] / (1 - beta2 ** step)];
      return -m / (Math.sqrt(v) + numbers.epsilon);
    });
    const isMeasured = [1, 10, 1000, 10_000].includes(step);
    if (isMeasured) variable.assign(tf.zeros([5]));
    tf.tidy(() => void countedUpdate(pieces, [tf.tensor1d(gradients)], [variable], numbers));
    if (!isMeasured) continue;
    const steps = await variable.data();
    expected.forEach((value, i) => {
      const error = Math.abs(steps[i]! - value);
      expect(error, `step ${step} of gradient ${i}: ${steps[i]}, not ${value}`).toBeLessThan(
        1e-6 + 1e-5 * Math.abs(value),
      );
    });
  }
  tf.dispose([variable, ...pieces.map(({ moments }) => moments)]);
});
