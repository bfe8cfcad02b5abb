import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { free, readNumbers } from '../tensor/lost-backend.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { readOptimizer } from '../training/optimizers/read-optimizer.js';
import { wrapOptimizer } from '../training/optimizers/wrap-optimizer.js';

/** The number of norms that are collected before they are summed on the device. This limits the number of kernels and of tensors. */
const SUM_EVERY = 64;

/** The numbers of a watched optimizer since the last read. */
export interface OptimizerNumbers {
  /** The learning rate of the last update; NaN if the optimizer does not report it. */
  readonly learningRate: number;
  /** The mean of the global L2 norms of the gradients, before clipping, over the updates with a finite norm; NaN if there are none. */
  readonly gradientNorm: number;
  /** The largest of these norms. */
  readonly largestGradientNorm: number;
}

/** An optimizer whose gradients and learning rate are recorded. */
export interface WatchedOptimizer extends Optimizer {
  /** Reads the numbers since the last read, in one transfer. */
  readNumbers(): Promise<OptimizerNumbers>;
}

/**
 * Wraps an optimizer, and records the norms of its gradients and its learning rate for a log.
 *
 * norm = sqrt(sum_i |g_i|^2), of the gradients of all variables, before `clipNorm`
 *
 * @param optimizer - one of this library or of tfjs; disposing the result disposes it
 * @returns an optimizer with the same updates and checkpoints as the wrapped one, bit for bit; the trainer disposes it
 * @throws TypeError if `optimizer` is not an optimizer
 * @remarks Norms stay on the device until they are read. Each update costs about five more kernels.
 * @example
 * ```ts
 * const w = tf.variable(tf.zeros([2]));
 * const watched = watchOptimizer(createAdam({ learningRate: 0.1 }));
 * watched.apply([tf.tensor1d([3, 4])], [w]);
 * const { gradientNorm, learningRate } = await watched.readNumbers();
 * console.log(gradientNorm, learningRate); // 5 0.1
 * ```
 */
export function watchOptimizer(optimizer: Optimizer | tf.Optimizer): WatchedOptimizer {
  const inner = readOptimizer('watchOptimizer', 'optimizer', optimizer);
  const norms = collectNorms();
  let learningRate = NaN;
  /** Whether the trainer has passed the update's gradients before clipping. */
  let hasObserved = false;

  const observe = (gradients: readonly Tensor[]): void => {
    inner.observe?.(gradients);
    norms.add(gradients);
    hasObserved = true;
  };
  return wrapOptimizer(inner, {
    observe,
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      if (!hasObserved) observe(gradients);
      hasObserved = false;
      learningRate = rateOf(inner);
      inner.apply(gradients, variables);
    },
    dispose: () => {
      norms.dispose();
      inner.dispose();
    },
    readNumbers: async () => ({ learningRate, ...(await norms.read()) }),
  });
}

function rateOf({ learningRate, settings }: Optimizer): number {
  const rate = learningRate ?? settings?.['learningRate'];
  return typeof rate === 'number' ? rate : NaN;
}

/** Collects norms between two reads. */
function collectNorms() {
  let waiting: Tensor[] = [];
  /** `[sum, count, largest]` of the norms that were already summed. */
  let summed: Tensor | undefined;

  const sumUp = (): void => {
    if (waiting.length === 0) return;
    const [taken, before] = [waiting, summed];
    summed = tf.tidy(() => tf.keep(before === undefined ? sumsOf(taken) : addSums(before, sumsOf(taken))));
    waiting = [];
    free([...taken, ...(before ? [before] : [])]);
  };

  return {
    add(gradients: readonly Tensor[]): void {
      waiting.push(tf.tidy(() => tf.keep(globalNorm(gradients))));
      if (waiting.length >= SUM_EVERY) sumUp();
    },
    async read() {
      sumUp();
      const taken = summed;
      summed = undefined;
      if (taken === undefined) return { gradientNorm: NaN, largestGradientNorm: NaN };
      try {
        const [numbers] = await readNumbers('watchOptimizer', [taken]);
        const [sum, count, largest] = Array.from(numbers!) as [number, number, number];
        return { gradientNorm: sum / count, largestGradientNorm: count > 0 ? largest : NaN };
      } finally {
        free([taken]);
      }
    },
    dispose(): void {
      free([...waiting, ...(summed ? [summed] : [])]);
      waiting = [];
      summed = undefined;
    },
  };
}

function globalNorm(gradients: readonly Tensor[]): Tensor {
  const rows = gradients.map((gradient) => tf.reshape(gradient, [gradient.size]));
  return tf.sqrt(tf.sum(tf.square(rows.length === 1 ? rows[0]! : tf.concat(rows))));
}

/** `[sum, count, largest]` of the finite scalars. */
function sumsOf(scalars: readonly Tensor[]): Tensor {
  const all = tf.stack([...scalars]);
  const isFinite = tf.isFinite(all);
  const norms = tf.where(isFinite, all, tf.zerosLike(all));
  return tf.stack([tf.sum(norms), tf.sum(tf.cast(isFinite, 'float32')), tf.max(norms)]);
}

function addSums(a: Tensor, b: Tensor): Tensor {
  return tf.concat([tf.slice(tf.add(a, b), 0, 2), tf.slice(tf.maximum(a, b), 2, 1)]);
}
