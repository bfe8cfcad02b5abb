import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sumTo } from './gradients-of-numbers.js';
import { filterGradientRule, inputGradientRule } from './repair-convolution.js';
import { averageGradient, averagePool } from './repair-pooling.js';
import { run, type Additions, type RegisteredGradient } from './registered-gradient.js';
import { gradientDepth } from './tape.js';

/** The gradients of matrix products, convolutions, averages of windows, softmax and elu. */
export const gradientsOfProducts: Additions = {
  AvgPool: () => averagePool('AvgPoolGrad', averagePoolWithoutPadding),
  AvgPoolGrad: () => averageGradient('AvgPool'),
  BatchMatMul: matMul,
  Conv2D: () => ({
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], { dilations, ...attributes }) => {
      if ([dilations].flat().some((dilation) => (dilation as unknown as number) > 1)) {
        throw new Error('The gradient of `tf.conv2d` with dilations is not known. Use a larger filter instead.');
      }
      return {
        x: () =>
          run('Conv2DBackpropInput', { dy: dy as Tensor, filter: filter! }, { ...attributes, inputShape: x!.shape }),
        filter: () =>
          run('Conv2DBackpropFilter', { x: x!, dy: dy as Tensor }, { ...attributes, filterShape: filter!.shape }),
      };
    },
  }),
  Conv2DBackpropFilter: () => filterGradientRule('Conv2D', 'Conv2DBackpropInput'),
  Conv2DBackpropInput: () => inputGradientRule('Conv2D', 'Conv2DBackpropFilter'),
  Elu: () => ({
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y]) => ({
      x: () => run('EluGrad', { dy: dy as Tensor, y: gradientDepth() > 0 ? tf.elu(x!) : y! }),
    }),
  }),
  Softmax: () => ({
    inputsToSave: ['logits'],
    outputsToSave: [true],
    gradFunc: (dy, [logits, y]) => ({
      logits: () => {
        const p = gradientDepth() > 0 ? tf.softmax(logits!) : y!;
        const weighted = tf.mul(dy as Tensor, p);
        return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), p));
      },
    }),
  }),
};

const averagePoolWithoutPadding: RegisteredGradient = {
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => ({ x: () => run('AvgPoolGrad', { dy: dy as Tensor, input: x! }, attributes) }),
};

/** The gradients of a product of matrices, transposed or not; those of a matrix that serves a whole batch are summed over it. */
function matMul(): RegisteredGradient {
  return {
    inputsToSave: ['a', 'b'],
    gradFunc: (gradient, saved, { transposeA, transposeB }) => {
      const dy = gradient as Tensor;
      const [a, b] = saved as [Tensor, Tensor];
      const ofA = (): Tensor =>
        transposeA ? tf.matMul(b, dy, !!transposeB, true) : tf.matMul(dy, b, false, !transposeB);
      const ofB = (): Tensor =>
        transposeB ? tf.matMul(dy, a, true, !!transposeA) : tf.matMul(a, dy, !transposeA, false);
      return { a: () => sumTo(a.shape, ofA()), b: () => sumTo(b.shape, ofB()) };
    },
  };
}
