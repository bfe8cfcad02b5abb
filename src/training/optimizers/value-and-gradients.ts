import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered, freeAsItGoes, freeTape, saveByReference } from '../../gradients/index.js';
import { checkFunction, checkScalar } from '../../tensor/checks.js';
import { missingKernel, unusable } from '../../tensor/errors.js';
import { checkEachOnce, checkVariables } from './check-variables.js';

/**
 * The value of a loss and its gradient in every variable.
 *
 * gradients[i] = d loss / d variables[i]
 *
 * @param loss - gives a scalar; it is called once
 * @param variables - at least one, each once; what a loss uses several times has the sum of the gradients of all uses
 * @returns the value and the gradients, in the order and of the shapes of the variables; the caller disposes them
 * @throws {@link ShapeError} if the loss is no scalar; Error, which names the variable, if it does not depend on one; Error
 *   if the backend lacks a kernel, with the remedy. Nothing is left behind then.
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

/** {@link valueAndGradients} in any tensors, for the public function `where`, and in `others` where the loss depends on them. */
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
      // tf.variableGrads leaves out the variables that are not trainable; the engine's own call takes them as given
      const { value, grads } = saveByReference(() =>
        tf.engine().gradients(checked, [...xs, ...others], undefined, true),
      );
      // a copy: a loss may give a variable or a tensor of the caller's, which disposing the value must not free
      checkConnected(where, grads.slice(0, xs.length), xs);
      return { value: tf.clone(value) as Scalar, gradients: grads };
    } catch (error) {
      freeTape();
      throw missingKernel(error) ?? error;
    }
  });
}

/** Throws unless there is a gradient in each of `xs`. */
export function checkConnected(where: string, gradients: readonly (Tensor | null)[], xs: readonly Tensor[]): Tensor[] {
  return gradients.map((gradient, i) => {
    if (gradient != null) return gradient;
    const x = xs[i]!;
    const shape = `of shape [${x.shape.join(', ')}]`;
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
