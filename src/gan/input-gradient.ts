import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { freeTape } from '../gradients/free-tape.js';
import { refusingFor } from '../gradients/mend-saved.js';
import { repairGradients } from '../gradients/repair.js';
import { checkFloat } from '../tensor/checks.js';
import { missingKernel, unusable } from '../tensor/errors.js';
import { sumPerExample } from '../tensor/sum-per-example.js';
import type { Discriminator } from './discriminator.js';

/** The part of a discriminator that a penalty needs. */
export type Critic = Pick<Discriminator, 'logits'>;

/** The gradient of each example's logit with respect to that example, of x's shape: the gradient of the sum of all logits. */
export function inputGradient(where: string, discriminator: Critic, x: Tensor): Tensor {
  checkGradientsRegistered(where);
  repairGradients();
  return tf.tidy(() => {
    try {
      const total = (): Tensor => {
        const logits = discriminator.logits(x);
        checkFloat(where, 'discriminator.logits(x)', logits, [x.shape[0], 1]);
        return tf.sum(logits);
      };
      // tf.grad would work, but its error for logits that do not depend on x would not help a user.
      const { grads } = refusingFor(where, () => tf.engine().gradients(total, [x], undefined, true));
      return grads[0] ?? notConnected(where);
    } catch (error) {
      freeTape();
      throw missingKernel(error) ?? error;
    }
  });
}

function notConnected(where: string): never {
  throw unusable(where, 'discriminator', 'must compute logits that depend on x', {
    seen: 'logits without a gradient in x',
    fix: 'Compute them from x with tfjs operations that have gradients, without reading numbers from the device.',
  });
}

/** |gradient|^2 of each example, `[batch]`. */
export function squaredNorms(gradient: Tensor): Tensor {
  return sumPerExample(tf.square(gradient));
}
