import { wrongKind } from '../../tensor/errors.js';
import type { ReplacedKernel } from './kernel.js';

/** Kernels of tfjs that give wrong results on wasm, and are too rarely used to be rewritten. */
export const refused: readonly ReplacedKernel[] = [
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
].map((kernelName) => ({
  kernelName,
  replace: () => () => {
    throw wrongKind(kernelName, 'backend', 'must not be wasm, where tfjs computes it wrongly', {
      seen: 'wasm',
      fix: "Use tf.maxPool for a flat filter, or tf.setBackend('cpu').",
    });
  },
}));
