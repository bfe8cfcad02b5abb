import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { leakyRelu, relu, sigmoid, swish, tanh } from '../../src/nets/activations.js';
import { bernoulliLogLikelihood } from '../../src/operations/bernoulli-log-likelihood.js';
import { convolution, type ConvolutionOptions } from '../../src/operations/convolution.js';
import { denseProduct } from '../../src/operations/dense.js';
import { summedGaussianKl } from '../../src/operations/gaussian-kl.js';
import { gaussianSample } from '../../src/operations/gaussian-sample.js';
import { mixtureLogProb } from '../../src/operations/mixture-log-prob.js';
import { scaleAndShift } from '../../src/operations/scale-and-shift.js';
import { softmax } from '../../src/operations/softmax.js';
import { createRandom } from '../../src/random/index.js';
import {
  hasKernel,
  SLOPE_KERNEL,
  SOFTMAX_GRADIENT_KERNEL,
  SWISH_GRADIENT_KERNEL,
} from '../../src/tensor/own-kernels.js';
import { expectClose } from '../support/close.js';
import { dispatchedKernels } from '../support/count-kernels.js';
import { checkGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

interface Operation {
  readonly name: string;
  readonly run: (...inputs: Tensor[]) => Tensor;
  /** The formula with tfjs's own operations. */
  readonly formula: (...inputs: Tensor[]) => Tensor;
  readonly shapes: readonly number[][];
  /** The number of kernels of the gradient in the first input alone. */
  readonly kernels: number;
  /** Our own kernel that takes the place of some on a backend that has it, and how many there are then; one by default. */
  readonly ownKernel?: string;
  readonly withOwn?: number;
}

const dense = (activation?: (x: Tensor) => Tensor) => ({
  run: (x: Tensor, w: Tensor, b: Tensor) => tf.tidy(() => denseProduct(x, w, b, activation)),
  formula: (x: Tensor, w: Tensor, b: Tensor) => {
    const sums = tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b);
    return activation ? activation(sums) : sums;
  },
  shapes: [[3, 4], [4, 2], [2]],
});

const convolved = (options: ConvolutionOptions) => ({
  run: (x: Tensor, kernel: Tensor, b: Tensor) => tf.tidy(() => convolution(x, kernel, b, options)),
  formula: (x: Tensor, kernel: Tensor, b: Tensor) => {
    const { strides, padding, activation } = options;
    const sums = tf.add(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, [...strides], padding), b);
    return activation ? activation(sums) : sums;
  },
  shapes: [[2, 4, 3, 2], [3, 3, 2, 2], [2]],
});

const scaled = (shape: readonly number[]) => ({
  run: (x: Tensor, vectors: Tensor) => tf.tidy(() => scaleAndShift(x, vectors)),
  formula: (x: Tensor, vectors: Tensor) => {
    const [rows, channels] = [shape[0]!, shape.at(-1)!];
    const [scale, shift] = [0, channels].map((at) =>
      tf.reshape(tf.slice(vectors, [0, at], [rows, channels]), [rows, ...shape.slice(1, -1).map(() => 1), channels]),
    );
    return tf.add(tf.mul(x, tf.add(scale!, 1)), shift!);
  },
  shapes: [[...shape], [shape[0]!, 2 * shape.at(-1)!]],
  kernels: 2,
  ownKernel: 'GenerativeScaleAndShift',
});

/** The slope and its product are one kernel. */
const curved = { kernels: 4, ownKernel: 'GenerativeTanhGradient', withOwn: 2 } as const;
const bent = { kernels: 3, ownKernel: SLOPE_KERNEL, withOwn: 2 } as const;

const operations: readonly Operation[] = [
  { name: 'a product', ...dense(), kernels: 1 },
  { name: 'a product with relu', ...dense(relu), ...bent },
  { name: 'a product with the relu of tfjs', ...dense(tf.relu), ...bent },
  { name: 'a product with leakyRelu', ...dense(leakyRelu), ...bent },
  { name: 'a product with tanh', ...dense(tanh), ...curved },
  { name: 'a convolution', ...convolved({ strides: [2, 2], padding: 'same' }), kernels: 1 },
  {
    name: 'a convolution with leakyRelu',
    ...convolved({ strides: [1, 2], padding: 'valid', activation: leakyRelu }),
    ...bent,
  },
  { name: 'a convolution with tanh', ...convolved({ strides: [1, 1], padding: 'same', activation: tanh }), ...curved },
  {
    name: 'the Bernoulli log-likelihood',
    run: (logits, x) => tf.tidy(() => bernoulliLogLikelihood(sigmoid(x), logits, [1, 2])),
    formula: (logits, x) => tf.sum(tf.sub(tf.mul(tf.sigmoid(x), logits), tf.softplus(logits)), [1, 2], true),
    shapes: [
      [3, 2, 2],
      [3, 2, 2],
    ],
    kernels: 3,
    ownKernel: 'GenerativeBernoulli',
  },
  {
    name: 'swish',
    run: swish,
    formula: (x) => tf.mul(x, tf.sigmoid(x)),
    shapes: [[3, 5]],
    kernels: 4,
    ownKernel: SWISH_GRADIENT_KERNEL,
  },
  { name: 'scales and shifts of vectors', ...scaled([3, 4]) },
  { name: 'scales and shifts of images', ...scaled([2, 3, 2, 4]) },
  {
    name: 'softmax',
    run: softmax,
    formula: (x) => tf.div(tf.exp(x), tf.sum(tf.exp(x), -1, true)),
    shapes: [[3, 5]],
    kernels: 4,
    ownKernel: SOFTMAX_GRADIENT_KERNEL,
  },
  {
    name: 'the divergence of Gaussians',
    run: (mean, logVariance) => summedGaussianKl(mean, logVariance, [1]),
    formula: (m, l) => tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.exp(l), tf.square(m)), tf.add(1, l)), 1, true)),
    shapes: [
      [3, 4],
      [3, 4],
    ],
    kernels: 1,
  },
  {
    name: 'a sample of a Gaussian',
    run: gaussianSample,
    formula: (m, l, e) => tf.add(m, tf.mul(tf.exp(tf.mul(0.5, l)), e)),
    shapes: [
      [2, 3],
      [2, 3],
      [4, 2, 3],
    ],
    kernels: 1,
  },
  {
    name: 'the log-density of a mixture',
    run: (z, m, l, w) => tf.tidy(() => mixtureLogProb(z, m, l, w)),
    formula: (z, m, l, w) => {
      const distances = tf.sum(tf.mul(tf.square(tf.sub(tf.expandDims(z, 1), m)), tf.exp(tf.neg(l))), 2);
      const logs = tf.add(distances, tf.sum(tf.add(l, Math.log(2 * Math.PI)), 1));
      return tf.sub(tf.logSumExp(tf.sub(w, tf.mul(0.5, logs)), 1), tf.logSumExp(w));
    },
    shapes: [[3, 2], [4, 2], [4, 2], [4]],
    kernels: 12,
  },
];

const inputsOf = ({ shapes }: Operation): Tensor[] => {
  const random = createRandom(3);
  return shapes.map((shape) => random.normal(shape));
};

describe.each(operations)('$name', (operation) => {
  const { run, formula, kernels, ownKernel, withOwn = 1 } = operation;

  test('has the value and the gradients of its formula', async () => {
    const inputs = inputsOf(operation);
    await expectClose(run(...inputs), formula(...inputs), { relative: 1e-5 });
    const weights = createRandom(4).normal(run(...inputs).shape);
    const gradients = (f: (...x: Tensor[]) => Tensor) => tf.grads((...x) => tf.mul(weights, f(...x)))(inputs);
    const expected = gradients(formula);
    for (const [i, gradient] of gradients(run).entries()) {
      expect(gradient.shape).toEqual(inputs[i]!.shape);
      await expectClose(gradient, expected[i]!, { relative: 1e-4, absolute: 2e-6 });
    }
  });

  test('has second derivatives that agree with finite differences', async () => {
    const inputs = inputsOf(operation);
    // as a penalty does: the gradient in the first input, differentiated in all of them
    const squares = (first: Tensor, ...others: Tensor[]): Tensor =>
      tf.sum(tf.square(tf.grad((x) => tf.sum(tf.square(run(x, ...others))))(first)));
    await checkGradients(squares, inputs, { relative: 5e-3, absolute: 5e-3 });
  });

  test('computes only the gradients that are needed, in few kernels', () => {
    const [first, ...others] = inputsOf(operation);
    const value = (x: Tensor): Tensor => run(x, ...others);
    const dy = tf.ones(value(first!).shape);
    const forward = dispatchedKernels(() => tf.dispose(value(first!)));
    const both = dispatchedKernels(() => tf.dispose(tf.grad(value)(first!, dy)));
    // relu and leakyRelu are part of the kernel of the product or convolution
    if (ownKernel === SLOPE_KERNEL) expect(forward.filter((kernel) => /Relu/.test(kernel))).toEqual([]);
    expect(both.slice(forward.length).length, both.join(' ')).toBe(
      ownKernel !== undefined && hasKernel(ownKernel) ? withOwn : kernels,
    );
  });

  test('leaves no tensor behind', () => {
    const inputs = inputsOf(operation);
    const before = tf.memory().numTensors;
    tf.dispose(run(...inputs));
    tf.dispose(tf.grads(run)(inputs));
    const slope = tf.grad((x) => tf.sum(tf.square(run(x, ...inputs.slice(1)))));
    tf.dispose(tf.grad((x) => tf.sum(tf.square(slope(x))))(inputs[0]!));
    expect(tf.memory().numTensors).toBe(before);
  });
});
