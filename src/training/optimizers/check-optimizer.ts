import type * as tf from '@tensorflow/tfjs-core';
import { wrongKind } from '../../tensor/errors.js';
import type { Optimizer } from './optimizer.js';

/** Throws unless `optimizer` is one of ours or of tfjs's. */
export function checkOptimizer(where: string, argument: string, optimizer: Optimizer | tf.Optimizer | undefined): void {
  const { apply, applyGradients } = (optimizer ?? {}) as { apply?: unknown; applyGradients?: unknown };
  const isOne = typeof apply === 'function' || typeof applyGradients === 'function';
  // a function has an `apply` too
  if (isOne && typeof optimizer !== 'function') return;
  const fix = 'Make one with createAdam or tf.train.';
  throw wrongKind(where, argument, 'must be an optimizer', { got: optimizer, fix });
}
