import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { composed } from '../../operations/composed.js';
import { polynomial } from '../../operations/near-zero.js';
import { checkInt, checkInteger, checkNumber } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link timeEmbedding} is made of. */
export interface TimeEmbeddingOptions {
  /** Numbers per step, even: half of them sines, half cosines. */
  readonly size: number;
  /** The slowest wave repeats after almost 2 pi times this many steps; above 1; default 10,000. */
  readonly maxPeriod?: number | undefined;
}

/**
 * A fixed vector of waves for each noise step, from int32 `[batch]` to float32 `[batch, size]`.
 *
 * output = [sin(t w_0), ..., sin(t w_(h-1)), cos(t w_0), ..., cos(t w_(h-1))], w_i = maxPeriod^(-i / h), h = size / 2
 *
 * It has no variables. Apply it to timesteps, for example in the `time` network of {@link withTimesteps}.
 *
 * @param options - the size and the slowest wave
 * @returns a network to apply to timesteps
 * @throws RangeError or TypeError if the size is not an even positive integer; `apply` throws TypeError or ShapeError unless the
 * timesteps are int32 `[batch]`
 * @remarks The frequencies are those of the Transformer, which alternates sines and cosines. DDPM has sines first, as here,
 * but divides by h - 1; the code of Dhariwal and Nichol (ADM) divides by h, but has cosines first.
 * @example
 * ```ts
 * const waves = await timeEmbedding({ size: 2 }).apply(tf.tensor1d([1], 'int32')).data(); // 0.8415, 0.5403
 * ```
 * @see https://arxiv.org/abs/1706.03762 Vaswani et al. 2017, section 3.5
 * @see https://arxiv.org/abs/2006.11239 Ho, Jain and Abbeel 2020, appendix B
 */
export function timeEmbedding(options: TimeEmbeddingOptions): Network {
  const where = 'timeEmbedding';
  const read = readOptions(where, options, {
    size: { is: checkInteger, most: 2 ** 24 },
    maxPeriod: { is: checkNumber, default: 10_000, above: 1 },
  });
  const { size, maxPeriod } = read;
  if (size % 2 !== 0) throw outOfRange(where, 'size', 'must be even', { got: size });
  const half = size / 2;
  const turnsPerStep = Float32Array.from({ length: size }, (_, i) => maxPeriod ** (-(i % half) / half) / (2 * Math.PI));
  // a cosine is a sine that is a quarter turn ahead
  const phases = new Float32Array(size).fill(0.25, half);
  const made = createLayer([], (input) => {
    checkInt(where, 'input', input, [null], 'Pass one step per example.');
    const plain = (steps: Tensor): Tensor => {
      const turns = tf.mul(tf.reshape(tf.cast(steps, 'float32'), [-1, 1]), tf.tensor(turnsPerStep, [1, size]));
      return sineOfTurns(tf.add(turns, tf.tensor(phases, [1, size])));
    };
    return tf.tidy(() => composed('Waves', plain, [input], { turnsPerStep }));
  });
  return madeBy(where, read, made);
}

/** sin(2 pi x) by a Taylor series: a GPU's own sine may be off by 2e-4, so a network's outputs would differ between devices. */
function sineOfTurns(x: Tensor): Tensor {
  const turn = tf.sub(x, tf.round(x));
  // reflected to within a quarter turn of 0, where the sine is the same
  const near = tf.mul(tf.sign(turn), tf.sub(0.25, tf.abs(tf.sub(tf.abs(turn), 0.25))));
  const angle = tf.mul(near, 2 * Math.PI);
  return tf.mul(angle, polynomial(tf.square(angle), [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800]));
}
