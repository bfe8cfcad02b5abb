import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import { checkRandom } from '../../random/check-random.js';
import { checkExamples, checkFloat, checkShape } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';
import { named } from '../../tensor/made-by.js';

/**
 * The meaning of a decoder's output: a distribution p(x|z) over data, given the numbers that a network computes.
 * Any record of this shape is a likelihood; {@link bernoulli} is one to copy.
 */
export interface Likelihood {
  /** Its name, which checkpoints store. */
  readonly name?: string | undefined;
  /** Channels of network output per channel of data; the parameters are in blocks on the last axis. */
  readonly parameterSize: number;
  /** The lowest and the highest valid value of data; unbounded by default. Host data are checked against it when training begins. */
  readonly range?: readonly [low: number, high: number] | undefined;
  /** Whether the parameters are logits, so that the network must not end in a sigmoid; false by default. */
  readonly logits?: boolean | undefined;
  /**
   * The full normalised log-density (or log-probability) of the data, per example, in nats.
   *
   * @param x - data, `[batch, ..., channels]`
   * @param parameters - network output, `[batch, ..., channels * parameterSize]`
   * @returns `[batch]`, nats
   */
  logProb(x: Tensor, parameters: Tensor): Tensor;
  /**
   * The mean of p(x|z): the picture to show.
   *
   * @returns `[batch, ..., channels]`
   */
  mean(parameters: Tensor): Tensor;
  /**
   * A sample from p(x|z).
   *
   * @returns `[batch, ..., channels]`
   */
  sample(parameters: Tensor, random: RandomStream): Tensor;
}

/** The range of pixels. */
export const UNIT_RANGE = [0, 1] as const;

/** Makes the likelihood `name` from its formulas, whose arguments it checks. */
export function likelihood(name: string, formulas: Likelihood): Likelihood {
  const { parameterSize, logProb, mean, sample } = formulas;
  return named(name, {
    ...formulas,
    logProb(x, parameters) {
      checkLogProb(`${name}.logProb`, x, parameters, parameterSize);
      return tf.tidy(() => logProb(x, parameters));
    },
    mean(parameters) {
      checkParameters(`${name}.mean`, parameters, parameterSize);
      return tf.tidy(() => mean(parameters));
    },
    sample(parameters, random) {
      checkParameters(`${name}.sample`, parameters, parameterSize);
      checkRandom(`${name}.sample`, 'random', random);
      return tf.tidy(() => sample(parameters, random));
    },
  });
}

/** Throws unless `x` is data and `parameters` has the shape of a network's output for it. */
function checkLogProb(where: string, x: Tensor, parameters: Tensor, parameterSize: number): void {
  checkExamples(where, 'x', x);
  checkFloat(where, 'parameters', parameters);
  const expected = [...x.shape];
  expected[x.rank - 1] = x.shape[x.rank - 1]! * parameterSize;
  const fix = `The network must output ${parameterSize === 1 ? 'one number' : `${parameterSize} numbers`} per number of \`x\`.`;
  checkShape(where, 'parameters', parameters, expected, fix);
}

/** Throws unless `parameters` can be split into `parameterSize` blocks. */
function checkParameters(where: string, parameters: Tensor, parameterSize: number): void {
  checkExamples(where, 'parameters', parameters);
  if (parameters.shape[parameters.rank - 1]! % parameterSize !== 0) {
    const expected = [...parameters.shape.slice(0, -1), null];
    const fix = `The last axis must be a multiple of ${parameterSize}: all means first, then the second parameters.`;
    throw wrongShape(where, 'parameters', expected, parameters.shape, fix);
  }
}

/** Splits `[..., 2 * channels]` into its two blocks of `[..., channels]`. */
export function splitPair(parameters: Tensor): [Tensor, Tensor] {
  const [first, second] = tf.split(parameters, 2, parameters.rank - 1);
  return [first!, second!];
}
