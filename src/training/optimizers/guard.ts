import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Json } from '../json.js';
import type { Optimizer } from './optimizer.js';
import { fromTfOptimizer } from './tf-optimizer.js';

/** An optimizer that leaves out, on the device, an update that would bring in a number that is not finite. */
export interface GuardedOptimizer extends Optimizer {
  /** The count of updates left out. */
  readonly skipped: Variable;
}

/**
 * Prepares an optimizer for its variables; where it has no count of updates left out by then, it does not guard itself, and
 * is given a guard.
 */
export function guarded(optimizer: Optimizer | tf.Optimizer, variables: readonly Variable[]): GuardedOptimizer {
  const inner = optimizer instanceof tf.Optimizer ? fromTfOptimizer(optimizer) : optimizer;
  inner.prepare(variables);
  return inner.skipped === undefined ? withGuard(inner) : (inner as GuardedOptimizer);
}

/** Keeps what an update may change, and puts it back if anything in it is no longer finite. */
function withGuard(inner: Optimizer): GuardedOptimizer {
  const skipped = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return Object.freeze({
    prepare: inner.prepare,
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      tf.tidy(() => {
        const touched = [...variables, ...inner.state().tensors];
        const before = touched.map((variable) => tf.clone(variable));
        inner.apply(gradients, variables);
        const on = tf.cast(allFinite(touched), 'float32');
        touched.forEach((variable, i) => variable.assign(choose(on, variable, before[i]!)));
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
      skipped.dispose();
    },
    skipped,
  });
}

/** The sum of scalars. tf.addN would do, but of more than a few it gives a wrong number on WebGPU. */
export function sumOf(scalars: readonly Tensor[]): Tensor {
  return tf.sum(tf.stack([...scalars]));
}

/** A bool scalar: are all numbers of all tensors finite? 0 times a number that is not is NaN. */
function allFinite(tensors: readonly Tensor[]): Tensor {
  const floats = tensors.filter(({ dtype }) => dtype === 'float32');
  return tf.isFinite(sumOf(floats.map((tensor) => tf.sum(tf.mul(tensor, 0)))));
}

/**
 * `after` where the scalar `on` is 1, `before` where it is 0, also if the other one is not finite. A scalar condition
 * would do, but tfjs tiles it to the full size, which takes twenty times as long on wasm.
 */
export function choose(on: Tensor, after: Tensor, before: Tensor): Tensor {
  return tf.where(tf.greater(tf.add(tf.zerosLike(after), on), 0.5), after, before);
}
