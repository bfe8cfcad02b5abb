import type * as tf from '@tensorflow/tfjs-core';
import { wrongKind } from '../../tensor/errors.js';
import type { Optimizer } from './optimizer.js';

/** Throws unless `optimizer` is one of ours or of tfjs's. */
export function checkOptimizer(where: string, argument: string, optimizer: Optimizer | tf.Optimizer | undefined): void {
  const { apply, prepare, state, applyGradients } = (optimizer ?? {}) as Partial<Optimizer & tf.Optimizer>;
  const isOne = (apply && prepare && state) ?? applyGradients;
  // functions are excluded because they have an `apply` too
  if (typeof isOne === 'function' && typeof optimizer !== 'function') return;
  const fix = 'Make one with createAdam or tf.train.';
  throw wrongKind(where, argument, 'must be an optimizer', { got: optimizer, fix });
}
