import * as tf from '@tensorflow/tfjs-core';
import { gradientDepth } from '../../gradients/tape.js';
import { unusable } from '../../tensor/errors.js';

/** Rejects calls that would change a trainer during its own step, and steps inside a gradient call. */
export function createGate() {
  let isInStep = false;
  return {
    check(where: string): void {
      if (!isInStep && (where !== 'step' || gradientDepth() === 0)) return;
      const seen = `a call inside of ${isInStep ? 'its own step' : 'a gradient call'}`;
      throw unusable(where, 'trainer', 'must be called from outside', { seen });
    },
    inStep<T extends tf.TensorContainer>(work: () => T): T {
      isInStep = true;
      try {
        return tf.tidy(work);
      } finally {
        isInStep = false;
      }
    },
  };
}
