import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from 'tfjs-generative';
import type { Observed } from './ais.js';

/** A linear generator of two latents, and log p(x) = log N(x; 0, A A' + deviation^2 I) in float64. */
export async function linearGenerator(size: number, deviation: number, random: RandomStream) {
  const weights = tf.tidy(() => tf.mul<tf.Tensor2D>(0.5, random.normal([2, size])));
  const [a, b] = (await weights.array()) as [number[], number[]];
  const model: Observed = { decode: (z) => tf.matMul(z, weights), latentSize: 2, deviation };
  const dot = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, one, i) => sum + one * v[i]!, 0);
  // the lemma of the determinant, and Woodbury's formula
  const [p, q, r] = [dot(a, a), dot(a, b), dot(b, b)].map((one) => one / deviation ** 2) as [number, number, number];
  const determinant = (1 + p) * (1 + r) - q ** 2;
  const logDensity = (x: readonly number[]): number => {
    const [u, v] = [dot(a, x) / deviation ** 2, dot(b, x) / deviation ** 2];
    const inner = ((1 + r) * u ** 2 - 2 * q * u * v + (1 + p) * v ** 2) / determinant;
    const logs = size * Math.log(2 * Math.PI * deviation ** 2) + Math.log(determinant);
    return -0.5 * (dot(x, x) / deviation ** 2 - inner + logs);
  };
  return { model, logDensity, dispose: () => weights.dispose() };
}
