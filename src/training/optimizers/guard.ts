import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { checkGiven } from '../../tensor/checks.js';
import { free } from '../../tensor/lost-backend.js';
import { keepValues } from './keep-values.js';
import type { Optimizer } from './optimizer.js';
import { wrapOptimizer } from './wrap-optimizer.js';

/** An optimizer that skips, on the device, any update that would make a number not finite, and counts it. */
export type GuardedOptimizer = Optimizer & { readonly skipped: Variable };

/**
 * Prepares an optimizer for its variables. If it then has no count of skipped updates, it does not guard itself, and
 * gets a guard.
 */
export function guarded(
  optimizer: Optimizer,
  variables: readonly Variable[],
  where = 'createTrainer',
): GuardedOptimizer {
  optimizer.prepare(variables);
  checkGiven(where, 'optimizer.state()', optimizer.state(), '{ tensors, plain }');
  return optimizer.skipped === undefined ? withGuard(optimizer) : (optimizer as GuardedOptimizer);
}

/** Keeps the values that an update may change, and restores them if one is no longer finite. */
function withGuard(inner: Optimizer): GuardedOptimizer {
  const skipped = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return wrapOptimizer(inner, {
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      let applied: unknown;
      tf.tidy(() => {
        const on = undoUnlessFinite([...variables, ...inner.state().tensors], () => {
          applied = inner.apply(gradients, variables);
        });
        skipped.assign(tf.add(skipped, tf.sub(1, on)));
      });
      // a promise, from an optimizer that is async by mistake
      return applied as void;
    },
    state: () => {
      const state = inner.state();
      return { ...state, tensors: [...state.tensors, skipped] };
    },
    dispose: () => {
      inner.dispose();
      free([skipped]);
    },
    skipped,
    mayGrowLarge: true,
  });
}

/**
 * Runs work that changes variables, and restores all of them, on the device, if a number in one is no longer finite. Call it
 * inside a tidy.
 *
 * @returns the scalar 1 if the work was kept, 0 if it was undone
 */
export function undoUnlessFinite(variables: readonly Variable[], work: () => void): Tensor {
  const putBack = keepValues(variables);
  work();
  const on = tf.cast(allFinite(variables), 'float32');
  putBack(chooser(on));
  return on;
}

/** The sum of scalars. tf.addN is not used, because it gives wrong sums of more than a few tensors on WebGPU. */
export function sumOf(scalars: readonly Tensor[]): Tensor {
  return tf.sum(tf.stack([...scalars]));
}

/** A bool scalar: whether all numbers of all tensors are finite. */
function allFinite(tensors: readonly Tensor[]): Tensor {
  return tf.isFinite(sumOf(floatsOf(tensors).map((tensor) => tf.sum(tf.mul(tensor, 0)))));
}

/** The scalar 0, or NaN if some number is not finite, because 0 times such a number is NaN. Undefined without float tensors. */
export function flawOf(tensors: readonly Tensor[]): Tensor | undefined {
  const rows = floatsOf(tensors).map((tensor) => tf.reshape(tensor, [1, tensor.size]));
  if (rows.length === 0) return undefined;
  const row = rows.length === 1 ? rows[0]! : tf.concat(rows, 1);
  // a product with zeros, in one kernel
  return tf.reshape(tf.matMul(row as Tensor2D, tf.zeros<tf.Rank.R2>([row.size, 1])), []);
}

function floatsOf(tensors: readonly Tensor[]): Tensor[] {
  return tensors.filter(({ dtype }) => dtype === 'float32');
}

/**
 * A function that returns `after` if the scalar `on` is 1, `before` if it is 0, even if the other one is not finite. A scalar condition
 * would also work, but tfjs tiles it to the full size, which takes twenty times as long on wasm. Tensors of the same shape share a condition.
 */
export function chooser(on: Tensor): (after: Tensor, before: Tensor) => Tensor {
  const conditions = new Map<string, Tensor>();
  return (after, before) => {
    const shape = after.shape.join();
    const condition = conditions.get(shape) ?? tf.less(tf.zerosLike(after), on);
    conditions.set(shape, condition);
    return tf.where(condition, after, before);
  };
}
