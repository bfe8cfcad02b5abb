import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkInteger, checkInUse, checkNumber } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { free } from '../tensor/lost-backend.js';
import { readOptions } from '../tensor/options.js';
import { jsonFields, type Json } from '../training/json.js';
import {
  checkEachOnce,
  checkGradientList,
  checkSameVariables,
  checkVariables,
} from '../training/optimizers/check-variables.js';
import { clipByGlobalNorm } from '../training/optimizers/clip-by-global-norm.js';
import { selectIfSkipped, flawOf, guarded, type GuardedOptimizer } from '../training/optimizers/guard.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { readOptimizer } from '../training/optimizers/read-optimizer.js';
import { wrapOptimizer } from '../training/optimizers/wrap-optimizer.js';

/** Options of {@link accumulateGradients}. */
export interface AccumulationOptions {
  /** Number of batches per update, at least 1. */
  readonly batches: number;
  /**
   * The largest global norm of the mean gradient, above 0; by default the mean is not clipped. A trainer's own `clipNorm` clips
   * the gradients of each batch.
   */
  readonly clipNorm?: number | undefined;
}

/** The sums of the gradients of one list of variables. */
interface Sums {
  readonly inner: GuardedOptimizer;
  readonly variables: readonly Variable[];
  readonly sums: readonly Variable[];
  /** Number of batches in the sums. */
  readonly count: Variable;
  readonly skipped: Variable;
}

/**
 * Accumulates gradients: wraps an optimizer so that it sums the gradients of several batches on the device and makes one update
 * with their mean, like an update on a single batch of all their examples.
 *
 * g = (g_1 + ... + g_n) / n, at each n-th batch
 *
 * @param optimizer - one of ours, or a `tf.Optimizer`; disposing the result disposes it
 * @param options - see {@link AccumulationOptions}
 * @returns an optimizer for one list of variables, to be disposed by the caller. The sums are saved with the moments, so a resumed
 *   run can continue in the middle of them.
 * @throws TypeError or RangeError if an argument is wrong
 * @remarks A batch whose gradients are not finite is left out of the mean and counted in `skipped`. If all batches are left out, or if
 * the inner optimizer skips the update, that counts as well. A schedule for the learning rate counts updates, not batches. The
 * trainer's steps, its averages and statistics such as those of `batchNorm` advance with each batch.
 * @example
 * ```ts
 * const w = tf.variable(tf.scalar(3));
 * const optimizer = accumulateGradients(tf.train.sgd(0.5), { batches: 2 });
 * optimizer.apply([tf.scalar(1)], [w]);
 * optimizer.apply([tf.scalar(3)], [w]);
 * console.log(await w.data()); // 2
 * ```
 * @see Goyal et al. 2017, Accurate, Large Minibatch SGD, https://arxiv.org/abs/1706.02677, on what a large batch changes
 */
export function accumulateGradients(optimizer: Optimizer | tf.Optimizer, options: AccumulationOptions): Optimizer {
  const where = 'accumulateGradients';
  const given = readOptimizer(where, 'optimizer', optimizer);
  const { batches, clipNorm } = readOptions(where, options, {
    batches: checkInteger,
    clipNorm: { is: checkNumber, default: undefined, above: 0 },
  });
  let own: Sums | undefined;
  let calls = 0;
  let isDisposed = false;

  const prepare = (variables: readonly Variable[]): Sums => {
    checkInUse(where, 'optimizer', isDisposed);
    checkVariables(where, variables);
    if (own === undefined) checkEachOnce(where, variables);
    else checkSameVariables(where, 'call', own.variables, variables);
    return (own ??= makeSums(given, variables));
  };
  const tensors = (): Variable[] =>
    own === undefined ? [] : [...own.inner.state().tensors, ...own.sums, own.count, own.skipped];

  return wrapOptimizer(given, {
    prepare: (variables: readonly Variable[]) => void prepare(variables),
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      const sums = prepare(variables);
      checkGradientList('accumulateGradients', gradients, variables);
      tf.tidy(() => {
        const isAdded = add(sums, gradients);
        const isLeftOut = (calls + 1) % batches === 0 ? applyMean(sums, clipNorm) : tf.scalar(0);
        sums.skipped.assign(tf.add(sums.skipped, tf.maximum(tf.sub(1, isAdded), isLeftOut)));
      });
      calls++;
    },
    state: () => {
      const inner = (own?.inner ?? given).state();
      return { ...inner, tensors: tensors(), plain: { optimizer: where, calls, inner: inner.plain } };
    },
    restore: (plain: Json) => {
      const fields = jsonFields(plain);
      if (fields?.['optimizer'] !== where) {
        throw wrongKind(`${where}.restore`, 'plain', 'must be the state of an optimizer that accumulates gradients', {
          got: plain,
        });
      }
      checkInteger(`${where}.restore`, 'plain.calls', fields['calls'], { least: 0 });
      given.restore(fields['inner'] ?? null);
      calls = fields['calls'];
    },
    dispose: () => {
      (own?.inner ?? given).dispose();
      if (own !== undefined) free([...own.sums, own.count, own.skipped]);
      [own, isDisposed] = [undefined, true];
    },
    // the inner optimizer observes the mean, when it is applied
    observe: undefined,
    get skipped() {
      return own?.skipped;
    },
    get settings() {
      return { name: where, batches, clipNorm, of: given.settings };
    },
    get mayGrowLarge() {
      return own?.inner.mayGrowLarge;
    },
  });
}

function makeSums(optimizer: Optimizer, variables: readonly Variable[]): Sums {
  const inner = guarded('createTrainer', [optimizer, variables])[0]!;
  const made = tf.tidy(() => ({
    sums: variables.map((variable) => tf.variable(tf.zerosLike(variable), false)),
    count: tf.variable(tf.scalar(0), false),
    skipped: tf.variable(tf.scalar(0), false),
  }));
  return { inner, variables: [...variables], ...made };
}

/** Adds the gradients of a batch to the sums if these stay finite; returns the scalar 1 if it added them, otherwise 0. */
function add({ sums, count }: Sums, gradients: readonly Tensor[]): Tensor {
  const added = sums.map((sum, i) => tf.add(sum, gradients[i]!));
  const on = tf.cast(tf.isFinite(flawOf(added)!), 'float32');
  const chosen = selectIfSkipped(on)(added, sums);
  sums.forEach((sum, i) => sum.assign(chosen[i]!));
  count.assign(tf.add(count, on));
  return on;
}

/** Makes an update with the mean, and starts new sums; returns the scalar 1 if the update was skipped, otherwise 0. */
function applyMean({ inner, variables, sums, count }: Sums, clipNorm: number | undefined): Tensor {
  const before = tf.clone(inner.skipped);
  // 0 / 0 without a batch: the guard of the inner optimizer then skips the update
  const means = sums.map((sum) => tf.div(sum, count));
  inner.apply(clipNorm === undefined ? means : clipByGlobalNorm(means, clipNorm), variables);
  for (const variable of [...sums, count]) variable.assign(tf.zerosLike(variable));
  return tf.sub(inner.skipped, before);
}
