import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
import { LEAK, leakyRelu, relu } from '../gradients/elementwise.js';
import { gradientDepth } from '../gradients/tape.js';
import { hasKernel, runKernel, SLOPE_KERNEL } from '../tensor/own-kernels.js';

/** A function of a tensor, applied to each number. */
export type Elementwise = (x: Tensor) => Tensor;

/** How tfjs's products and convolutions apply an activation in the same kernel. */
export interface KernelActivation {
  readonly attributes: tf.NamedAttrMap;
  /** dy times the slope, which follows from the output. The slope is piecewise constant, so it needs no gradient. */
  readonly backward: (dy: Tensor, output: Tensor) => Tensor;
  /** Applies an activation that the kernel does not support. */
  readonly after: Elementwise;
}

const same: Elementwise = (x) => x;

/** How an activation is applied to a product: relu and leakyRelu in its kernel, others after it. */
export function kernelActivation(activation: Elementwise | undefined): KernelActivation {
  // tfjs's own relu is equivalent
  if (activation === relu || activation === tf.relu) {
    return { attributes: { activation: 'relu' }, backward: slopeOf(0), after: same };
  }
  if (activation === leakyRelu) {
    const attributes = { activation: 'leakyrelu', leakyreluAlpha: LEAK };
    return { attributes, backward: slopeOf(LEAK), after: same };
  }
  return { attributes: { activation: 'linear' }, backward: same, after: activation ?? same };
}

/**
 * dy, times `alpha` where y is not above 0, in one kernel if the backend has one. Its own gradient with respect to dy is dz
 * times the same slope, and that with respect to y is zero.
 */
function slopeOf(alpha: number): KernelActivation['backward'] {
  const times = (dy: Tensor, y: Tensor): Tensor =>
    hasKernel(SLOPE_KERNEL) ? runKernel(SLOPE_KERNEL, { dy, y }, { alpha }) : tf.mul(dy, tf.step(y, alpha));
  const backward = (dy: Tensor, y: Tensor): Tensor => {
    if (gradientDepth() === 0) return times(dy, y);
    return customGradient(
      [dy, y],
      () => [times(dy, y), [y]],
      (dz, [kept]) => [() => backward(dz, kept!), () => tf.zerosLike(kept!)],
    );
  };
  return backward;
}
