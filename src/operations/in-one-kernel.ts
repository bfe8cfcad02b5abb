import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient, type Replacement } from '../gradients/custom-gradient.js';
import { gradientDepth } from '../gradients/tape.js';
import { ADAM_KERNEL, hasKernel, NORMALIZE_KERNEL, runKernel, SOFTMAX_GRADIENT_KERNEL } from '../tensor/own-kernels.js';
import type { OwnAdam } from './adam.js';
import type { OwnComposition } from './composed.js';
import type { Normalization } from './normalize.js';

/**
 * Puts a kernel in the place of an operation, and `kernelName` with `Gradient` behind it in that of its gradient, if there is such a kernel.
 * That one gets the inputs, the other outputs of the first one, and `dy`, and gives the gradients of the inputs, in their order. The names
 * are those of the inputs and the other outputs. Nested gradients need operations that can be differentiated again; `takes` says for which
 * inputs else it cannot be done, by default if one is empty.
 */
export function inOneKernel(
  kernelName: string,
  names: string,
  takes: (inputs: readonly Tensor[], attributes: object | undefined) => boolean = areFull,
): Replacement {
  const named = (tensors: readonly Tensor[]): Record<string, Tensor> => {
    const words = names.split(' ');
    return Object.fromEntries(tensors.map((x, i) => [words[i]!, x]));
  };
  return ({ gradients }, inputs, attributes) => {
    if (gradientDepth() > 1 || !takes(inputs, attributes)) return undefined;
    const hasGradient = hasKernel(`${kernelName}Gradient`);
    return {
      forward: () => {
        const [value, ...others] = [runKernel(kernelName, named(inputs), attributes)].flat() as [Tensor];
        return [value, hasGradient ? [...inputs, ...others] : others];
      },
      gradients: (dy, saved) => {
        if (!hasGradient) return gradients(dy, saved);
        const made = [runKernel(`${kernelName}Gradient`, { ...named(saved), dy }, attributes)].flat();
        return inputs.map((_, i) => () => made[i]!);
      },
    };
  };
}

/** The same for operations that are composed of others, which must have a kernel for their gradients, if they have any. */
export function composedInOneKernel(...given: Parameters<typeof inOneKernel>): OwnComposition {
  const replaced = inOneKernel(...given);
  return (_, inputs, attributes) => {
    const made = replaced({ forward: () => [inputs[0]!, []], gradients: () => [] }, inputs, attributes);
    return made && customGradient(inputs, made.forward, made.gradients);
  };
}

/** Puts a kernel in the place of the gradient of a function of each number; it gets `x` and `dy`. */
export function slopeInOneKernel(kernelName: string): Replacement {
  return ({ forward }, inputs) =>
    gradientDepth() <= 1 && areFull(inputs)
      ? {
          forward: () => [forward()[0], [...inputs]],
          gradients: (dy, [x]) => [() => runKernel<Tensor>(kernelName, { x: x!, dy })],
        }
      : undefined;
}

/** Inputs of a kernel: `x0`, `x1`, ... for the letter x. */
export function numbered(letter: string, tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [letter + i, tensor]));
}

/** Whether two tensors have the same shape. */
export function areSame(a: Tensor, b: Tensor): boolean {
  return tf.util.arraysEqual(a.shape, b.shape);
}

/** Whether all tensors have numbers. */
export function areFull(tensors: readonly Tensor[]): boolean {
  return tensors.every(({ size }) => size > 0);
}

/** The kernels of a normalisation. Their statistics are `[examples, groups]`, or `[examples, channels]` with the same number of all of a group. */
export const normalizeInOneKernel: Replacement = (operation, inputs, attributes) => {
  const { examples, groups, epsilon, onStatistics } = attributes as Normalization;
  const kernels = inOneKernel(NORMALIZE_KERNEL, 'x scale offset means variances', () => true);
  const made = kernels(operation, inputs, { examples, groups, epsilon });
  const ofGroups = (x: Tensor): Tensor => {
    if (x.size === examples * groups) return tf.reshape(x, [examples, 1, groups, 1]);
    return tf.slice(tf.reshape(x, [examples, 1, groups, -1]), [0, 0, 0, 0], [examples, 1, groups, 1]);
  };
  return (
    made && {
      gradients: made.gradients,
      forward: () => {
        const [value, saved] = made.forward();
        onStatistics?.(ofGroups(saved[3]!), ofGroups(saved[4]!));
        return [value, saved];
      },
    }
  );
};

/**
 * The kernel of Adam's update. Inputs: `skipped`, a count, `moments`, gradients `g0`, `g1`, ... and variables `p0`, `p1`, ...; attributes:
 * {@link AdamFactors}. Outputs: the new count, the moments and the variables.
 */
export const adamInOneKernel: OwnAdam = ({ moments }, gradients, variables, factors, skipped) => {
  const inputs = { skipped, moments, ...numbered('g', gradients), ...numbered('p', variables) };
  const outputs = runKernel<Tensor[]>(ADAM_KERNEL, inputs, factors);
  [skipped, moments, ...variables].forEach((variable, i) => variable.assign(outputs[i]!));
};

/** The kernel of a softmax's gradient, which gets the value `y` and `dy`. */
export const softmaxGradientInOneKernel: Replacement = ({ forward }) => ({
  forward,
  gradients: (dy, [y]) => [() => runKernel<Tensor>(SOFTMAX_GRADIENT_KERNEL, { y: y!, dy })],
});
