import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../../gradients/check-registered.js';
import { freeAsItGoes } from '../../gradients/free-as-it-goes.js';
import { freeTape } from '../../gradients/free-tape.js';
import { saveByReference } from '../../gradients/save-by-reference.js';
import { checkFunction, checkScalar } from '../../tensor/checks.js';
import { missingKernel, shapeText, unusable } from '../../tensor/errors.js';
import { checkEachOnce, checkVariables } from './check-variables.js';

/**
 * The value of a loss and its gradient with respect to every variable.
 *
 * gradients[i] = grad_v loss, where v = variables[i]
 *
 * @param loss - returns a scalar; it is called once
 * @param variables - at least one, each only once; a variable that the loss uses several times gets the sum of the gradients
 * @returns the value and the gradients, in the order and of the shapes of the variables; the caller disposes them
 * @throws {@link ShapeError} if the loss is not a scalar; Error that names the variable if the loss does not depend on one; Error
 *   with a remedy if the backend lacks a kernel. No tensor is left behind.
 * @example
 * ```ts
 * const w = tf.variable(tf.scalar(3));
 * const { value, gradients } = valueAndGradients(() => tf.square(w), [w]);
 * console.log(await value.data(), await gradients[0]!.data()); // 9, 6
 * ```
 */
export function valueAndGradients(
  loss: () => Tensor,
  variables: readonly Variable[],
): { value: Scalar; gradients: Tensor[] } {
  checkFunction('valueAndGradients', 'loss', loss);
  checkVariables('valueAndGradients', variables);
  checkEachOnce('valueAndGradients', variables);
  return lossGradients('valueAndGradients', loss, variables);
}

/** {@link valueAndGradients} for any tensors, for the public function `where`; `others` are included where the loss depends on them. */
export function lossGradients(
  where: string,
  loss: () => Tensor,
  xs: readonly Tensor[],
  others: readonly Tensor[] = [],
): { value: Scalar; gradients: Tensor[] } {
  checkGradientsRegistered(where);
  return tf.tidy(() => {
    try {
      const checked = (): Tensor => {
        const value = loss();
        checkScalar(where, 'loss', value);
        freeAsItGoes();
        return value;
      };
      // tf.variableGrads ignores variables that are not trainable; the engine's own method takes all that it is given
      const { value, grads } = saveByReference(() =>
        tf.engine().gradients(checked, [...xs, ...others], undefined, true),
      );
      // a copy, because a loss may return a variable or a tensor of the caller's, which disposing the value must not free
      checkConnected(where, grads.slice(0, xs.length), xs);
      return { value: tf.clone(value) as Scalar, gradients: grads };
    } catch (error) {
      freeTape();
      throw missingKernel(error) ?? error;
    }
  });
}

/** Throws unless there is a gradient for each of `xs`. */
export function checkConnected(where: string, gradients: readonly (Tensor | null)[], xs: readonly Tensor[]): Tensor[] {
  return gradients.map((gradient, i) => {
    if (gradient != null) return gradient;
    const x = xs[i]!;
    const shape = `of shape ${shapeText(x.shape)}`;
    const [rule, seen, fix] =
      x instanceof tf.Variable
        ? [
            'must depend on every variable',
            `variables[${i}], "${x.name}" ${shape}, which it does not`,
            'Leave that variable out.',
          ]
        : ['must depend on the output of the pass', `an output ${shape}, on which it does not`, undefined];
    throw unusable(where, 'loss', rule, { seen, fix });
  });
}
