// Compiled against the packed types under strict flags, as an ES module and as CommonJS: what must compile, and what must not.
import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  elbo,
  gaussianKl,
  mlp,
  readMetrics,
  ShapeError,
  train,
  type ApplyOptions,
  type DiagonalGaussian,
  type Likelihood,
  type Network,
} from 'tfjs-generative';

const random = createRandom(1);
const posterior: DiagonalGaussian = { mean: tf.zeros([2, 3]), logVariance: tf.zeros([2, 3]) };
export const kl: tf.Tensor = gaussianKl(posterior);

// @ts-expect-error a posterior has a log-variance, not a standard deviation
gaussianKl({ mean: tf.zeros([2, 3]), std: tf.ones([2, 3]) });

// A network is anything of its shape, even with an optional property passed on as undefined.
export function wrapped(inner: Network, training?: boolean): Network {
  return {
    variables: inner.variables,
    apply: (input: tf.Tensor, options?: ApplyOptions) => inner.apply(input, { ...options, training }),
    dispose: () => inner.dispose(),
  };
}

const encoder = createGaussianEncoder(mlp({ sizes: [4, 6], random }), { latentSize: 3 });
const decoder = createDecoder(mlp({ sizes: [3, 4], random }), { likelihood: bernoulli });
export const likelihood: Likelihood = decoder.likelihood;

// @ts-expect-error a likelihood is a value, not a string
createDecoder(mlp({ sizes: [3, 4], random }), { likelihood: 'bernoulli' });
// @ts-expect-error randomness is never left out
mlp({ sizes: [3, 4] });

export const terms = elbo({ x: tf.zeros([2, 4]), parameters: tf.zeros([2, 4]), likelihood: bernoulli, posterior });
export const bound: tf.Tensor = terms.elbo;

const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
const data = batches(tf.zeros([8, 4]), { batchSize: 4, random });

declare function expectNumber(value: number): void;

export async function run(): Promise<number> {
  for await (const report of train(trainer, data, { epochs: 1 })) {
    const number: number = report.metrics.elbo;
    // @ts-expect-error a trainer names its metrics
    expectNumber(report.metrics.accuracy);
    if (number > 0) break;
  }
  const metrics = await readMetrics(trainer.step(tf.zeros([4, 4])));
  return metrics.loss + metrics.logLikelihood + metrics.kl;
}

export const shapeOf = (error: unknown): readonly number[] => (error instanceof ShapeError ? error.received : []);
