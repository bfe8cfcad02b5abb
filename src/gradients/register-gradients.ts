import { gradientsOfNumbers } from './gradients-of-numbers.js';
import { gradientsOfProducts } from './gradients-of-products.js';
import { gradientsOfShapes } from './gradients-of-shapes.js';
import { registered, registerMissing } from './registered-gradient.js';
import { elementwiseAdditions } from './repair-elementwise.js';

/**
 * Registers the gradients of all operations that this library uses, so that an app trains with `@tensorflow/tfjs-core` and a backend alone.
 *
 * `@tensorflow/tfjs` registers the gradients of every operation of tfjs, and downloads everything else of tfjs with them. These are the
 * gradients of the operations listed in "If TensorFlow.js ends". Second derivatives are right without `repairGradients`. If tfjs's own
 * gradients are registered, the call does nothing; if they are registered later, they replace these.
 *
 * @remarks `startWasm`, `startWebgpu` and `startBackend` call it. A second call costs microseconds.
 * @example
 * ```ts
 * registerGradients();
 * const slope = tf.grad((x) => tf.square(x));
 * console.log(await slope(tf.scalar(3)).data()); // 6
 * ```
 */
export function registerGradients(): void {
  if (registered('Add') !== undefined) return;
  registerMissing(gradientsOfNumbers, gradientsOfShapes, gradientsOfProducts, elementwiseAdditions);
}
