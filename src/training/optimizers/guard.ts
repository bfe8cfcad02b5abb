import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { checkGiven } from '../../tensor/checks.js';
import { free } from '../../tensor/lost-backend.js';
import { ownOperation } from '../../tensor/own-kernels.js';
import { keepValues, type Choose } from './keep-values.js';
import type { Optimizer } from './optimizer.js';
import { wrapOptimizer } from './wrap-optimizer.js';

/** An optimizer that skips, on the device, any update that would make a number not finite, and counts it. */
export type GuardedOptimizer = Optimizer & { readonly skipped: Variable };

/** An optimizer, and the variables that it moves. */
type Prepared = readonly [optimizer: Optimizer, variables: readonly Variable[]];

/**
 * Prepares optimizers for their variables. Those that then have no count of skipped updates do not guard themselves, and get a guard. No
 * guard is made before all of them are prepared: if one cannot be, nobody could dispose the guards of the others.
 */
export function guarded(where: string, ...all: readonly Prepared[]): GuardedOptimizer[] {
  for (const [optimizer, variables] of all) {
    optimizer.prepare(variables);
    checkGiven(where, 'optimizer.state()', optimizer.state(), '{ tensors, plain }');
  }
  return all.map(([one]) => (one.skipped === undefined ? withGuard(one) : (one as GuardedOptimizer)));
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
  putBack(selectIfSkipped(on));
  return on;
}

/** The sum of scalars. tf.addN is not used, because it gives wrong sums of more than a few tensors on WebGPU. */
export function sumOf(scalars: readonly Tensor[]): Tensor {
  return tf.sum(tf.stack([...scalars]));
}

/** A bool scalar: whether all numbers of all tensors are finite. */
function allFinite(tensors: readonly Tensor[]): Tensor {
  const own = ownFlaw(floatsOf(tensors));
  if (own) return tf.isFinite(own);
  return tf.isFinite(sumOf(floatsOf(tensors).map((tensor) => tf.sum(tf.mul(tensor, 0)))));
}

/** The scalar 0, or NaN if some number is not finite, because 0 times such a number is NaN. Undefined without float tensors. */
export function flawOf(tensors: readonly Tensor[]): Tensor | undefined {
  const floats = floatsOf(tensors);
  if (floats.length === 0) return undefined;
  const own = ownFlaw(floats);
  if (own) return own;
  const rows = floats.map((tensor) => tf.reshape(tensor, [1, tensor.size]));
  const row = rows.length === 1 ? rows[0]! : tf.concat(rows, 1);
  // a product with zeros, in one kernel
  return tf.reshape(tf.matMul(row as Tensor2D, tf.zeros<tf.Rank.R2>([row.size, 1])), []);
}

/**
 * Gradients that make an optimizer skip the update if a statistic is no longer finite, even if the gradients are: a batch of huge
 * numbers is normalized, and its variance overflows. The smallest gradient becomes NaN.
 */
export function withFlaw(gradients: readonly Tensor[], statistics: readonly Tensor[]): readonly Tensor[] {
  const floats = floatsOf(statistics);
  if (floats.length === 0) return gradients;
  const smallest = Math.min(...gradients.map(({ size }) => size || Infinity));
  const place = gradients.findIndex(({ size }) => size === smallest);
  return gradients.map((x, i) => (i === place ? (ownFlaw(floats, x) ?? tf.add(x, flawOf(floats)!)) : x));
}

/** What a backend may have for a sum of flaws: `x`, or the scalar 0, with NaN in it if a number of the tensors is not finite. */
export type OwnFlaw = (tensors: readonly Tensor[], x?: Tensor) => Tensor;

const ownFlaw = (...given: Parameters<OwnFlaw>): Tensor | undefined => ownOperation<OwnFlaw>('Flaw')?.(...given);

function floatsOf(tensors: readonly Tensor[]): Tensor[] {
  return tensors.filter(({ dtype }) => dtype === 'float32');
}

/**
 * A function that returns the tensors `after` if the scalar `on` is 1, or, if there is a scalar `same`, equals that; otherwise those
 * `before`, even if the others are not finite. Those `after` must not be used again. A scalar condition would also work, but tfjs tiles it
 * to the full size, which takes twenty times as long on wasm. Tensors of the same shape share a condition.
 */
export function selectIfSkipped(on: Tensor, same?: Tensor): Choose {
  let isOn: Tensor | undefined;
  const conditions = new Map<string, Tensor>();
  const chooseOne = (after: Tensor, before: Tensor): Tensor => {
    isOn ??= same === undefined ? on : tf.cast(tf.equal(on, same), 'float32');
    const shape = after.shape.join();
    const condition = conditions.get(shape) ?? tf.less(tf.zerosLike(after), isOn);
    conditions.set(shape, condition);
    return tf.where(condition, after, before);
  };
  return (after, before) =>
    ownOperation<OwnChoose>('Choose')?.(after, before, on, same) ?? after.map((one, i) => chooseOne(one, before[i]!));
}

/** What a backend may have in place of a {@link selectIfSkipped}; undefined for tensors that are not of float32. */
export type OwnChoose = (...given: [...Parameters<Choose>, on: Tensor, same?: Tensor]) => Tensor[] | undefined;
