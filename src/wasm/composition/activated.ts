import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Composition } from './compose.js';

/** Applies the activation of a fused operation by a separate kernel; `alpha` holds the weights of a prelu. */
export function activated(
  { run }: Composition,
  x: TensorInfo,
  { activation, leakyreluAlpha }: NamedAttrMap,
  alpha: TensorInfo | undefined,
): TensorInfo {
  switch (activation) {
    case 'relu':
      return run('Relu', { x });
    case 'relu6':
      return run('Relu6', { x });
    case 'elu':
      return run('Elu', { x });
    case 'sigmoid':
      return run('Sigmoid', { x });
    case 'leakyrelu':
      return run('LeakyRelu', { x }, { alpha: leakyreluAlpha as number });
    case 'prelu':
      return run('Prelu', { x, alpha });
    default:
      return x;
  }
}
