import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { free } from '../../tensor/lost-backend.js';
import type { Json } from '../json.js';
import type { Optimizer } from './optimizer.js';
import { fromTfOptimizer } from './tf-optimizer.js';

/** An optimizer that skips, on the device, any update that would bring in a number that is not finite. */
export interface GuardedOptimizer extends Optimizer {
  /** The number of skipped updates. */
  readonly skipped: Variable;
  /** Whether its variables may become as large as float32 allows, so that their differences overflow. */
  readonly mayGrowLarge?: boolean;
}

/**
 * Prepares an optimizer for its variables. If it then has no count of skipped updates, it does not guard itself, and
 * gets a guard.
 */
export function guarded(optimizer: Optimizer | tf.Optimizer, variables: readonly Variable[]): GuardedOptimizer {
  const inner = optimizer instanceof tf.Optimizer ? fromTfOptimizer(optimizer) : optimizer;
  inner.prepare(variables);
  return inner.skipped === undefined ? withGuard(inner) : (inner as GuardedOptimizer);
}

/** Keeps copies of what an update may change, and restores them if any of it is no longer finite. */
function withGuard(inner: Optimizer): GuardedOptimizer {
  const skipped = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return Object.freeze({
    prepare: inner.prepare,
    observe: inner.observe,
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
    restore: (plain: Json) => inner.restore(plain),
    dispose: () => {
      inner.dispose();
      free([skipped]);
    },
    skipped,
    mayGrowLarge: true,
    get settings() {
      return inner.settings;
    },
  });
}

/**
 * Runs work that changes variables, and restores all of them, on the device, if a number in one is no longer finite. Call it
 * inside a tidy.
 *
 * @returns the scalar 1 if the work stands, 0 if it was undone
 */
export function undoUnlessFinite(variables: readonly Variable[], work: () => void): Tensor {
  const before = variables.map((variable) => tf.clone(variable));
  work();
  const on = tf.cast(allFinite(variables), 'float32');
  variables.forEach((variable, i) => variable.assign(choose(on, variable, before[i]!)));
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
 * `after` if the scalar `on` is 1, `before` if it is 0, even if the other one is not finite. A scalar condition
 * would also work, but tfjs tiles it to the full size, which takes twenty times as long on wasm.
 */
export function choose(on: Tensor, after: Tensor, before: Tensor): Tensor {
  return tf.where(tf.greater(tf.add(tf.zerosLike(after), on), 0.5), after, before);
}
