import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { free } from '../../tensor/lost-backend.js';
import { keepValues } from './keep-values.js';
import type { Optimizer } from './optimizer.js';
import { wrapOptimizer } from './wrap-optimizer.js';

/** An optimizer that leaves out, on the device, an update that would bring in a number that is not finite, and counts it. */
export type GuardedOptimizer = Optimizer & { readonly skipped: Variable };

/**
 * Prepares an optimizer for its variables; where it has no count of updates left out by then, it does not guard itself, and
 * is given a guard.
 */
export function guarded(optimizer: Optimizer, variables: readonly Variable[]): GuardedOptimizer {
  optimizer.prepare(variables);
  return optimizer.skipped === undefined ? withGuard(optimizer) : (optimizer as GuardedOptimizer);
}

/** Keeps what an update may change, and puts it back if anything in it is no longer finite. */
function withGuard(inner: Optimizer): GuardedOptimizer {
  const skipped = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return wrapOptimizer(inner, {
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      tf.tidy(() => {
        const on = undoUnlessFinite([...variables, ...inner.state().tensors], () => inner.apply(gradients, variables));
        skipped.assign(tf.add(skipped, tf.sub(1, on)));
      });
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
 * Runs work that moves variables, and puts all of them back, on the device, if a number in one is no longer finite. Called
 * inside of a tidy.
 *
 * @returns 1, a scalar, if the work stands, 0 if it was undone
 */
export function undoUnlessFinite(variables: readonly Variable[], work: () => void): Tensor {
  const putBack = keepValues(variables);
  work();
  const on = tf.cast(allFinite(variables), 'float32');
  putBack((now, kept) => choose(on, now, kept));
  return on;
}

/** The sum of scalars. tf.addN would do, but of more than a few it gives a wrong number on WebGPU. */
export function sumOf(scalars: readonly Tensor[]): Tensor {
  return tf.sum(tf.stack([...scalars]));
}

/** A bool scalar: are all numbers of all tensors finite? */
function allFinite(tensors: readonly Tensor[]): Tensor {
  return tf.isFinite(sumOf(floatsOf(tensors).map((tensor) => tf.sum(tf.mul(tensor, 0)))));
}

/** 0, a scalar, or NaN if some number is not finite: 0 times such a number is NaN. Undefined of no floats. */
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
 * `after` where the scalar `on` is 1, `before` where it is 0, also if the other one is not finite. A scalar condition
 * would do, but tfjs tiles it to the full size, which takes twenty times as long on wasm.
 */
export function choose(on: Tensor, after: Tensor, before: Tensor): Tensor {
  return tf.where(tf.greater(tf.add(tf.zerosLike(after), on), 0.5), after, before);
}
