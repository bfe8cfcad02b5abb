import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tanh } from '../../gradients/elementwise.js';
import { stopGradient } from '../../gradients/stop-gradient.js';
import type { ApplyOptions } from '../../nets/network.js';
import { checkApplyOptions } from '../../nets/apply-options.js';
import { checkSizes } from '../../nets/layer.js';
import { checkInt, checkInteger } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { madeBy, note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { checkVectors, straightThrough, type Quantized, type Quantizer } from './quantizer.js';

/** The largest number of codes: float32 numbers count further, but not after a division. */
const MAX_CODES = 2 ** 20;

/**
 * A quantizer without variables: it rounds each number of a vector to one of a few levels in [-1, 1].
 *
 * z_j = 2 floor((L_j - 1) (tanh(h_j) + 1) / 2 + 1/2) / (L_j - 1) - 1, with L_j levels; the gradient is that of tanh(h_j)
 *
 * A code is a number in each dimension, so there are K = L_1 L_2 ... codes; index = sum_j digit_j L_1 ... L_(j-1), digit_j in 0 ... L_j - 1.
 *
 * @param options - `levels`, L_1 ... L_size, each at least 2; at most 2^20 codes in all
 * @returns a quantizer without variables and without a penalty
 * @throws TypeError or RangeError if an option is wrong; its functions throw TypeError or `ShapeError` unless vectors are float32
 *   `[..., size]`, and indices int32
 * @remarks The paper's formula has asymmetric levels if their number is even, and fails for two. This one, of Parker et al., is symmetric for any
 *   number. Usual are (8, 5, 5, 5) for 1,000 codes and (8, 6, 5) for 240. No code can fall out of use for good, because there is nothing to
 *   learn; use a few layers on both sides, which arrange the vectors.
 * @example
 * ```ts
 * const quantizer = finiteScalarQuantizer({ levels: [8, 5, 5, 5] });
 * const { z } = quantizer.quantize(tf.tensor2d([[0.3, 0.3, -0.5, 0]]));
 * console.log(quantizer.codes, await z.data()); // 1000 [ 0.4285714, 0.5, -0.5, 0 ]
 * ```
 * @see Mentzer et al. 2023, https://arxiv.org/abs/2309.15505; Parker et al. 2024, section 3.2, https://arxiv.org/abs/2411.19842
 */
export function finiteScalarQuantizer(options: { readonly levels: readonly number[] }): Quantizer {
  const where = 'finiteScalarQuantizer';
  readOptions(where, options, { levels: checkLevels });
  const levels = [...options.levels];
  const size = levels.length;
  const codes = levels.reduce((product, level) => product * level, 1);
  const bases = levels.map((_, j) => levels.slice(0, j).reduce((product, level) => product * level, 1));
  const tops = (): Tensor => tf.tensor1d(levels.map((level) => level - 1));
  /** The nearest digits of numbers in [-1, 1]. */
  const digitsOf = (y: Tensor): Tensor => {
    const half = tf.div(tops(), 2);
    return tf.floor(tf.add(tf.mul(y, half), tf.add(half, 0.5)));
  };
  const valuesOf = (digits: Tensor): Tensor => tf.div(tf.sub(tf.mul(2, digits), tops()), tops());
  const indexOf = (digits: Tensor): Tensor => {
    const index = tf.sum(tf.mul(digits, tf.tensor1d(bases)), -1);
    return tf.cast(tf.where(tf.isFinite(index), index, codes), 'int32');
  };
  const made: Quantizer = {
    variables: Object.freeze([]),
    dispose: () => undefined,
    size,
    codes,
    quantize: (h: Tensor, applyOptions?: ApplyOptions): Quantized => {
      checkVectors('quantize', 'h', h, size);
      checkApplyOptions('quantize', applyOptions);
      return tf.tidy(() => {
        const y = tanh(h);
        const digits = stopGradient(() => digitsOf(y));
        return { z: straightThrough(y, () => valuesOf(digits)), indices: indexOf(digits) };
      });
    },
    lookUp: (indices: Tensor): Tensor => {
      checkInt('lookUp', 'indices', indices);
      return tf.tidy(() => {
        const index = tf.cast(indices, 'float32');
        const isCode = tf.logicalAnd(tf.greaterEqual(index, 0), tf.less(index, codes));
        const known = tf.expandDims(tf.where(isCode, index, NaN), -1);
        // plus a half, so that a division that is not exact cannot end below a whole number
        const shifted = tf.floor(tf.div(tf.add(known, 0.5), tf.tensor1d(bases)));
        const cycles = tf.floor(tf.div(tf.add(shifted, 0.5), tf.tensor1d(levels)));
        return valuesOf(tf.sub(shifted, tf.mul(tf.tensor1d(levels), cycles)));
      });
    },
    indicesOf: (z: Tensor): Tensor => {
      checkVectors('indicesOf', 'z', z, size);
      // the product keeps NaN, which clipping removes on some backends
      return tf.tidy(() => indexOf(tf.add(digitsOf(tf.clipByValue(z, -1, 1)), tf.mul(0, z))));
    },
  };
  return Object.freeze(note(madeBy(where, { levels } as never, made), { classes: 0 }));
}

/** Throws unless `levels` are integers of at least 2, whose product is not too large. */
function checkLevels(where: string, argument: string, levels: readonly number[]): void {
  checkSizes(where, argument, levels);
  levels.forEach((level, j) => checkInteger(where, `${argument}[${j}]`, level, { least: 2 }));
  const codes = levels.reduce((product, level) => product * level, 1);
  if (codes > MAX_CODES) {
    throw outOfRange(where, argument, `must have a product of at most ${MAX_CODES}, the codes`, { got: codes });
  }
}
