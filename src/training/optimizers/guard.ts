import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Json } from '../json.js';
import type { Optimizer } from './optimizer.js';
import { fromTfOptimizer } from './tf-optimizer.js';

/** An optimizer that leaves out, on the device, an update that would bring in a number that is not finite. */
export interface GuardedOptimizer extends Optimizer {
  /** The count of updates left out; made by `prepare`. */
  readonly skipped: Variable | undefined;
}

/** The optimizer itself if it guards its updates, else one that does, around it. */
export function guarded(optimizer: Optimizer | tf.Optimizer): GuardedOptimizer {
  const inner = optimizer instanceof tf.Optimizer ? fromTfOptimizer(optimizer) : optimizer;
  return 'skipped' in inner ? (inner as GuardedOptimizer) : withGuard(inner);
}

/** Keeps what the update may change, and puts it back if anything in it is no longer finite. */
function withGuard(inner: Optimizer): GuardedOptimizer {
  let skipped: Variable | undefined;
  const prepare = (variables: readonly Variable[]): Variable => {
    inner.prepare(variables);
    skipped ??= tf.tidy(() => tf.variable(tf.scalar(0), false));
    return skipped;
  };
  return Object.freeze({
    prepare: (variables: readonly Variable[]) => void prepare(variables),
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      const count = prepare(variables);
      tf.tidy(() => {
        const touched = [...variables, ...inner.state().tensors];
        const before = touched.map((variable) => tf.clone(variable));
        try {
          inner.apply(gradients, variables);
        } catch (error) {
          touched.forEach((variable, i) => variable.assign(before[i]!));
          throw error;
        }
        const on = tf.cast(allFinite(touched), 'float32');
        touched.forEach((variable, i) => variable.assign(choose(on, variable, before[i]!)));
        count.assign(tf.add(count, tf.sub(1, on)));
      });
    },
    state: () => {
      const state = inner.state();
      return skipped === undefined ? state : { ...state, tensors: [...state.tensors, skipped] };
    },
    restore: (plain: Json) => inner.restore(plain),
    dispose: () => {
      inner.dispose();
      skipped?.dispose();
      skipped = undefined;
    },
    get skipped() {
      return skipped;
    },
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
