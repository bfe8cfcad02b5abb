import { wrongKind } from '../../tensor/errors.js';
import type { ReplacedKernel } from './kernel.js';

/** Kernels of tfjs that give wrong results on wasm, and that no model of this library uses. */
export const refused: readonly ReplacedKernel[] = [
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
  'MaxPool3D',
  'MaxPool3DGrad',
  'MaxPoolWithArgmax',
].map((kernelName) => ({
  kernelName,
  replace: () => () => {
    const fix = "Use a two-dimensional operation such as tf.maxPool, or tf.setBackend('cpu').";
    throw wrongKind(kernelName, 'backend', 'must not be wasm, where tfjs computes it wrongly', { seen: 'wasm', fix });
  },
}));
