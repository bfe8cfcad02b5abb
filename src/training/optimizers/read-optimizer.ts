import * as tf from '@tensorflow/tfjs-core';
import { checkInUse } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import type { Optimizer } from './optimizer.js';
import { fromTfOptimizer, isDisposed } from './tf-optimizer.js';

/** Throws unless `optimizer` is one of ours or of tfjs. */
export function checkOptimizer(where: string, argument: string, optimizer: Optimizer | tf.Optimizer): void {
  const { apply, prepare, state, applyGradients } = (optimizer ?? {}) as Partial<Optimizer & tf.Optimizer>;
  const update = (apply && prepare && state) ?? applyGradients;
  // a function has an `apply` too
  if (typeof update === 'function' && typeof optimizer !== 'function') return;
  const fix = 'Make one with createAdam or tf.train.';
  throw wrongKind(where, argument, 'must be an optimizer', { got: optimizer, fix });
}

/** Returns an {@link Optimizer} unchanged, and wraps a `tf.Optimizer` as one; throws if the value is neither. */
export function readOptimizer(where: string, argument: string, optimizer: Optimizer | tf.Optimizer): Optimizer {
  checkOptimizer(where, argument, optimizer);
  if (!(optimizer instanceof tf.Optimizer)) return optimizer;
  checkInUse(where, argument, isDisposed(optimizer));
  return fromTfOptimizer(optimizer);
}
