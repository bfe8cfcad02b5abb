import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sigmoid } from '../../gradients/elementwise.js';
import { fused } from '../../gradients/fused.js';
import { checkExamples } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';

/**
 * A gated linear unit: half of the numbers, or channels, let the other half pass; from `[batch, ..., 2 * c]` to `[batch, ..., c]`.
 *
 * output = a * sigmoid(b), [a, b] = input, split on the last axis: all values first, then all gates
 *
 * After a {@link dense} layer or a convolution with twice as many outputs it is a gated layer, which has no other activation.
 * The layer has no variables. Its second derivative is right.
 *
 * @returns a network; its `apply` throws TypeError or {@link ShapeError} unless its input is float32 of rank 2 or more, and RangeError
 * if the last axis is odd
 * @example
 * ```ts
 * const [value] = await glu().apply(tf.tensor2d([[3, 0]])).data(); // 3 * sigmoid(0) = 1.5
 * ```
 * @see https://arxiv.org/abs/1612.08083 Dauphin et al. 2017, equation 1; `torch.nn.GLU` splits in the same order
 */
export function glu(): Network {
  const made = createLayer([], (input) => {
    checkExamples('glu', 'input', input);
    const size = input.shape.at(-1)!;
    if (size % 2 === 1) {
      const fix = 'Give the layer before it twice as many units or filters as are wanted.';
      throw outOfRange('glu', 'input', 'must have an even last axis', { seen: `${size} numbers`, fix });
    }
    return tf.tidy(() => gated(input));
  });
  return madeBy('glu', {}, made);
}

function gated(input: Tensor): Tensor {
  const halves = (x: Tensor): [Tensor, Tensor] => tf.split(x, 2, x.rank - 1) as [Tensor, Tensor];
  return fused(
    {
      plain: (x) => {
        const [a, b] = halves(x);
        return tf.mul(a, sigmoid(b));
      },
      forward: (x) => {
        const [a, b] = halves(x);
        const share = tf.sigmoid(b);
        const value = tf.mul(a, share);
        return { value, saved: [share, value] };
      },
      gradients: (dy, saved) => {
        const [share, value] = saved as [Tensor, Tensor];
        return [() => tf.concat([tf.mul(dy, share), tf.mul(tf.mul(dy, value), tf.sub(1, share))], dy.rank - 1)];
      },
    },
    input,
  );
}
