import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gaussian } from '../../src/distributions/index.js';
import type { Network } from '../../src/nets/index.js';
import { createDecoder, createGaussianEncoder, type Decoder, type GaussianEncoder } from '../../src/vae/index.js';

// Probabilistic PCA in four dimensions with two latents: x = W z + b + noise, W with orthogonal columns, so that the
// posterior is a diagonal Gaussian and everything is known in closed form.
// Bishop 2006, section 12.2: C = W W' + v I, posterior mean M^-1 W' (x - b) and covariance v M^-1, M = W' W + v I.

const axes = [
  [0.5, 0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5, -0.5],
  [0.5, 0.5, -0.5, -0.5],
  [0.5, -0.5, -0.5, 0.5],
];
const scales = [1.5, 0.8];
const offset = [0.3, -0.2, 0.1, 0];
const variance = 0.25;

/** How far an encoder is from the exact posterior: a shift in standard deviations of the posterior, and a factor on them. */
export interface Distortion {
  readonly shift: number;
  readonly widening: number;
}

/** Encoder and decoder of the model; the posterior is exact unless distorted. */
export function linearGaussian({ shift, widening }: Distortion = { shift: 0, widening: 1 }): {
  readonly encoder: GaussianEncoder;
  readonly decoder: Decoder;
} {
  const gains = scales.map((scale) => scale / (scale ** 2 + variance));
  const deviations = scales.map((scale) => Math.sqrt(variance / (scale ** 2 + variance)));
  const encoder = network((x) => {
    const projected = tf.matMul(tf.sub(x, offset), axes.slice(0, 2), false, true);
    const mean = tf.add(
      tf.mul(projected, gains),
      deviations.map((deviation) => shift * deviation),
    );
    const logVariance = tf.tile(tf.tensor2d([deviations.map((deviation) => 2 * Math.log(deviation * widening))]), [
      x.shape[0],
      1,
    ]);
    return tf.concat([mean, logVariance], 1);
  });
  const decoder = network((z) => tf.add(tf.matMul(tf.mul(z, scales), axes.slice(0, 2)), offset));
  return {
    encoder: createGaussianEncoder(encoder, { latentSize: 2 }),
    decoder: createDecoder(decoder, { likelihood: gaussian({ variance }) }),
  };
}

/** log p(x) in nats, in float64. */
export function exactLogLikelihood(x: readonly number[]): number {
  const variances = [0, 1, 2, 3].map((i) => (scales[i] ?? 0) ** 2 + variance);
  const terms = axes.map((axis, i) => {
    const coordinate = axis.reduce((sum, value, j) => sum + value * (x[j]! - offset[j]!), 0);
    return Math.log(2 * Math.PI * variances[i]!) + coordinate ** 2 / variances[i]!;
  });
  return -0.5 * terms.reduce((sum, term) => sum + term, 0);
}

/** KL of a distorted posterior from the exact one, in nats, by which the expected ELBO is too low. */
export function gapOf({ shift, widening }: Distortion): number {
  return scales.length * 0.5 * (widening ** 2 + shift ** 2 - 1 - 2 * Math.log(widening));
}

function network(f: (input: Tensor) => Tensor): Network {
  return { apply: (input) => tf.tidy(() => f(input)), variables: [], dispose: () => undefined };
}
