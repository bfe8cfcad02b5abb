import * as tf from '@tensorflow/tfjs-core';
import { wrongKind } from '../../tensor/errors.js';
import type { Optimizer } from './optimizer.js';
import { fromTfOptimizer } from './tf-optimizer.js';

/** Throws unless `optimizer` is one of ours or of tfjs. */
export function checkOptimizer(where: string, argument: string, optimizer: Optimizer | tf.Optimizer): void {
  const { apply, prepare, state, applyGradients } = (optimizer ?? {}) as Partial<Optimizer & tf.Optimizer>;
  const isOne = (apply && prepare && state) ?? applyGradients;
  // a function has an `apply` too
  if (typeof isOne === 'function' && typeof optimizer !== 'function') return;
  const fix = 'Make one with createAdam or tf.train.';
  throw wrongKind(where, argument, 'must be an optimizer', { got: optimizer, fix });
}

/** Returns an optimizer of ours unchanged, and one of tfjs's wrapped as one of ours; throws unless it is one of the two. */
export function readOptimizer(where: string, argument: string, optimizer: Optimizer | tf.Optimizer): Optimizer {
  checkOptimizer(where, argument, optimizer);
  return optimizer instanceof tf.Optimizer ? fromTfOptimizer(optimizer) : optimizer;
}
