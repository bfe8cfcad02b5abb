import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { run, type Additions, type RegisteredGradient, type Replacements } from './registered-gradient.js';

/** Integer division, which in tfjs has the derivative of a division. */
export const elementwiseReplacements: Replacements = { FloorDiv: zeroOfTwo };

/** Comparisons and logic, whose derivative is zero wherever it exists. */
export const elementwiseAdditions: Additions = {
  Equal: zeroOfTwo,
  Greater: zeroOfTwo,
  Less: zeroOfTwo,
  LessEqual: zeroOfTwo,
  NotEqual: zeroOfTwo,
  LogicalAnd: zeroOfTwo,
  LogicalOr: zeroOfTwo,
  LogicalNot: () => zero('x'),
  EluGrad: eluSlope,
};

function zeroOfTwo(): RegisteredGradient {
  return zero('a', 'b');
}

function zero(...inputs: string[]): RegisteredGradient {
  return {
    inputsToSave: inputs,
    gradFunc: (_, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => tf.zeros(saved[i]!.shape)])),
  };
}

/** The gradient of dy * (y < 0 ? y + 1 : 1), which is tfjs's gradient of elu. */
function eluSlope(): RegisteredGradient {
  return {
    inputsToSave: ['dy', 'y'],
    gradFunc: (gradient, saved) => {
      const [dy, y] = saved as [Tensor, Tensor];
      return {
        dy: () => run('EluGrad', { dy: gradient as Tensor, y }),
        y: () => tf.mul(tf.mul(gradient as Tensor, dy), tf.cast(tf.less(y, 0), 'float32')),
      };
    },
  };
}
