import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { withoutTape } from '../../gradients/tape.js';
import { checkApplyOptions } from '../../nets/apply-options.js';
import { makeAll, onceAnUpdate } from '../../nets/layer.js';
import type { ApplyOptions } from '../../nets/network.js';
import { newVariable } from '../../nets/new-variable.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkAlive, checkInt, checkInteger, checkNumber } from '../../tensor/checks.js';
import { free } from '../../tensor/lost-backend.js';
import { madeBy, note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { selectIfSkipped } from '../../training/optimizers/guard.js';
import { checkVectors, straightThrough, type Quantized, type Quantizer } from './quantizer.js';
import { oneHot } from '../../tensor/one-hot.js';

/** Options of {@link createCodebook}. */
export interface CodebookOptions {
  /** The number of codes, K, at least 2. */
  readonly codes: number;
  /** Numbers in a code. */
  readonly size: number;
  /** Where the initial codes come from, standard normals, through its fork `codes`. */
  readonly random: RandomStream;
  /** Weight of the penalty on the distance between vectors and their codes, at least 0; default 0.25. */
  readonly commitment?: number | undefined;
  /** The share of the old running counts and sums that an update keeps, in [0, 1); default 0.99. */
  readonly decay?: number | undefined;
  /**
   * A code is replaced by a vector of the batch if its running count is below this share of the mean count of all codes, in [0, 1); default
   * 0.1. With 0, codes are never replaced.
   */
  readonly restartBelow?: number | undefined;
}

/**
 * A quantizer that learns its codes: each code is a running mean of the vectors that are nearest to it.
 *
 * index = argmin_k |h - c_k|, the lowest of several; z = c_index, with the gradient of h;
 * penalty = commitment * sum |h - c_index|^2 over the places of an example, with the codes held fixed.
 * An update with n_k vectors of the sum s_k for code k: N_k = decay N_k + n_k, c_k = (decay N_k c_k + s_k) / (decay N_k + n_k)
 *
 * So c_k is a mean from its first vector on, whatever the decay, and the running sum is N_k c_k at any time. Buffers: codes `[K, size]`, and
 * counts `[K]`, zeros. They are updated once per update: by the first training pass within a gradient call, and not where a vector is NaN or
 * infinite.
 *
 * Then each code with N_k < restartBelow * (the mean of N) is replaced by a vector of the batch, drawn from `options.random`, and N_k becomes
 * this limit. Each training pass draws one permutation of the batch's vectors.
 *
 * @param options - see {@link CodebookOptions}
 * @returns a quantizer without variables to optimize; the caller disposes it
 * @throws TypeError or RangeError if an option is wrong; `quantize` throws TypeError in training without `options.random`, if codes can be
 *   replaced
 * @remarks The commitment is measured in squared units of the encoder, which is free to grow: end it with a norm if the penalty keeps rising.
 *   With decay 0 an update is one step of Lloyd's algorithm (k-means).
 * @example
 * ```ts
 * const quantizer = createCodebook({ codes: 512, size: 16, random: createRandom(1) });
 * const { z, indices, penalty } = quantizer.quantize(tf.zeros([8, 7, 7, 16]));
 * console.log(z.shape, indices.shape, penalty!.shape); // [8, 7, 7, 16] [8, 7, 7] [8]
 * ```
 * @see van den Oord, Vinyals and Kavukcuoglu 2017, appendix A.1, https://arxiv.org/abs/1711.00937; Dhariwal et al. 2020, section 3,
 *   https://arxiv.org/abs/2005.00341, for the replacement of unused codes
 */
export function createCodebook(options: CodebookOptions): Quantizer {
  const where = 'createCodebook';
  const read = readOptions(where, options, {
    codes: { is: checkInteger, least: 2 },
    size: checkInteger,
    random: checkRandom,
    commitment: { is: checkNumber, default: 0.25, least: 0 },
    decay: { is: checkNumber, default: 0.99, least: 0, below: 1 },
    restartBelow: { is: checkNumber, default: 0.1, least: 0, below: 1 },
  });
  const { codes: count, size, random, commitment, decay, restartBelow } = read;
  const buffers = makeAll([
    () => newVariable([count, size], () => random.fork('codes').normal([count, size]), false),
    () => newVariable([count], () => tf.zeros([count]), false),
  ]);
  const [codes] = buffers;
  const moves = onceAnUpdate();
  const made: Quantizer = {
    variables: Object.freeze([]),
    buffers: Object.freeze([...buffers]),
    dispose: () => free(buffers),
    size,
    codes: count,
    quantize: (h: Tensor, applyOptions: ApplyOptions = {}): Quantized => {
      checkAlive('quantize', 'quantizer', buffers);
      checkVectors('quantize', 'h', h, size);
      checkApplyOptions('quantize', applyOptions);
      return tf.tidy(() => {
        const rows = stopGradient(() => tf.reshape(h, [-1, size]));
        const indices = stopGradient(() => nearest(rows, codes));
        const places = tf.reshape(indices, h.shape.slice(0, -1));
        const z = straightThrough(h, () => codesAt(places, codes));
        const fixed = stopGradient(() => tf.clone(z));
        if (moves(applyOptions)) {
          const { random } = applyOptions;
          if (restartBelow > 0) checkRandom('quantize', 'options.random', random);
          withoutTape(() => move(buffers, { rows, indices, decay, restartBelow, random: random! }));
        }
        if (commitment === 0) return { z, indices: places };
        const squares = tf.square(tf.sub(h, fixed));
        const penalty = tf.mul(commitment, tf.sum(tf.reshape(squares, [h.shape[0], -1]), 1));
        return { z, indices: places, penalty };
      });
    },
    lookUp: (indices: Tensor): Tensor => {
      checkAlive('lookUp', 'quantizer', buffers);
      checkInt('lookUp', 'indices', indices);
      return tf.tidy(() => codesAt(indices, codes));
    },
    indicesOf: (z: Tensor): Tensor => {
      checkAlive('indicesOf', 'quantizer', buffers);
      checkVectors('indicesOf', 'z', z, size);
      return tf.tidy(() => tf.reshape(nearest(tf.reshape(z, [-1, size]), codes), z.shape.slice(0, -1)));
    },
  };
  return Object.freeze(note(madeBy(where, read, made), { classes: 0 }));
}

/** The index of the nearest code for each row, int32 `[rows]`; the number of codes for a row with NaN. */
function nearest(rows: Tensor, codes: Tensor): Tensor {
  const count = codes.shape[0];
  // |h - c|^2 - |h|^2; around the center of the codes, so that a common offset costs no digits
  const center = tf.mean(codes, 0);
  const around = tf.sub(codes, center);
  const products = tf.matMul(tf.sub(rows, center), tf.mul(-2, around), false, true);
  const distances = tf.add(products, tf.sum(tf.square(around), 1));
  // of several smallest numbers, tf.argMin may return any on a GPU; comparisons would take 200 times as long as tf.step on wasm
  const isFar = tf.step(tf.sub(distances, tf.min(distances, 1, true)));
  const index = tf.min(tf.add(tf.mul(isFar, count), tf.range(0, count)), 1);
  return tf.cast(tf.where(tf.isFinite(tf.sum(tf.mul(0, rows), 1)), index, count), 'int32');
}

/** The codes with these indices, `[..., size]`. */
function codesAt(indices: Tensor, codes: Tensor): Tensor {
  const isCode = tf.logicalAnd(tf.greaterEqual(indices, 0), tf.less(indices, codes.shape[0]));
  const known = tf.gather(codes, tf.where(isCode, indices, tf.scalar(0, 'int32')));
  return tf.add(known, tf.expandDims(tf.where(isCode, 0, NaN), -1));
}

/** An update of a codebook by vectors, `[rows, size]`, and the indices of their codes. */
interface Move extends Pick<Required<CodebookOptions>, 'random'> {
  readonly rows: Tensor;
  readonly indices: Tensor;
  readonly decay: number;
  readonly restartBelow: number;
}

/** Moves codes and their counts, unless a number would not be finite. */
function move(
  [codes, counts]: readonly [Variable, Variable],
  { rows, indices, decay, restartBelow, random }: Move,
): void {
  const [count, size] = codes.shape as [number, number];
  const isOfCode = oneHot(indices, count);
  const totals = tf.matMul(isOfCode, tf.concat([rows, tf.ones([rows.shape[0], 1])], 1), true);
  const news = tf.slice(totals, [0, size], [-1, 1]);
  let nextCounts: Tensor = tf.add(tf.mul(decay, counts), tf.reshape(news, [count]));
  const shift = tf.sub(tf.slice(totals, [0, 0], [-1, size]), tf.mul(news, codes));
  // a code without vectors does not move, also where its count is 0
  let nextCodes: Tensor = tf.add(codes, tf.div(shift, tf.maximum(tf.expandDims(nextCounts, 1), 1e-30)));
  if (restartBelow > 0) {
    const order = random.permutation(rows.shape[0]);
    const places = Int32Array.from({ length: count }, (_, k) => order[k % order.length]!);
    const limit = tf.mul(restartBelow, tf.mean(nextCounts));
    const isUnused = tf.less(nextCounts, limit);
    nextCodes = tf.where(tf.expandDims(isUnused, 1), tf.gather(rows, tf.tensor1d(places, 'int32')), nextCodes);
    nextCounts = tf.where(isUnused, limit, nextCounts);
  }
  const choose = selectIfSkipped(tf.cast(tf.isFinite(tf.add(tf.sum(nextCodes), tf.sum(totals))), 'float32'));
  const chosen = choose([nextCodes, nextCounts], [codes, counts]);
  [codes, counts].forEach((variable, i) => variable.assign(chosen[i]!));
}
