import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkNumber, checkTensor } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { choose, sumOf, type GuardedOptimizer } from '../optimizers/guard.js';
import type { Metrics } from './trainer.js';
import { valueAndGradients } from '../optimizers/value-and-gradients.js';

/** What {@link update} needs. */
export interface UpdateOptions<N extends string> {
  /** The loss, a scalar, and what is reported beside it. */
  readonly objective: () => { loss: Tensor; metrics: Readonly<Record<N, Tensor>> };
  readonly variables: readonly Variable[];
  /** What the objective itself moves, such as batch statistics: put back if the update is left out. */
  readonly buffers: readonly Variable[];
  readonly optimizer: GuardedOptimizer;
  /** Gradients are scaled down to this global norm. */
  readonly clipNorm: number | undefined;
}

/** One guarded update of the variables; gives the metrics, which the caller disposes. */
export function update<N extends string>(options: UpdateOptions<N>): Metrics<N> {
  const { objective, variables, buffers, optimizer, clipNorm } = options;
  return tf.tidy(() => {
    const buffersBefore = buffers.map((buffer) => tf.clone(buffer));
    const kept: [string, Tensor][] = [];
    try {
      const { gradients } = valueAndGradients(() => {
        const result = objective();
        // the tape's own tidy would free them
        for (const [name, metric] of Object.entries<Tensor>(result.metrics))
          kept.push([name, tf.keep(tf.clone(metric))]);
        return result.loss;
      }, variables);
      const skippedBefore = buffers.length > 0 && optimizer.skipped ? tf.clone(optimizer.skipped) : undefined;
      optimizer.apply(clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm), variables);
      if (skippedBefore !== undefined) {
        const applied = tf.cast(tf.equal(skippedBefore, optimizer.skipped!), 'float32');
        buffers.forEach((buffer, i) => buffer.assign(choose(applied, buffer, buffersBefore[i]!)));
      }
      return Object.fromEntries(kept.map(([name, metric]) => [name, tf.clone(metric)])) as Record<N, Scalar>;
    } catch (error) {
      buffers.forEach((buffer, i) => buffer.assign(buffersBefore[i]!));
      throw error;
    } finally {
      tf.dispose(kept.map(([, metric]) => metric));
    }
  });
}

/**
 * Scales gradients so that their common L2 norm is at most `norm`.
 *
 * g_i = g_i * norm / max(norm, sqrt(sum_i |g_i|^2))
 *
 * @param gradients - at least one tensor, of any shapes; not disposed
 * @param norm - above 0
 * @returns tensors of the same shapes; the caller disposes them
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const [clipped] = clipByGlobalNorm([tf.tensor1d([3, 4])], 1);
 * console.log(await clipped!.data()); // 0.6, 0.8
 * ```
 * @see Pascanu, Mikolov and Bengio 2013, algorithm 1, https://arxiv.org/abs/1211.5063
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], norm: number): Tensor[] {
  const where = 'clipByGlobalNorm';
  const list: unknown = gradients;
  if (!Array.isArray(list) || list.length === 0) {
    throw wrongKind({ where, argument: 'gradients', rule: 'must be an array of at least one tensor', got: gradients });
  }
  gradients.forEach((gradient, i) => checkTensor(where, `gradients[${i}]`, gradient));
  checkNumber(where, 'norm', norm, { above: 0 });
  return tf.tidy(() => {
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    const scale = tf.div(norm, tf.maximum(norm, tf.sqrt(sumOf(squares))));
    return gradients.map((gradient) => tf.mul(gradient, scale));
  });
}
