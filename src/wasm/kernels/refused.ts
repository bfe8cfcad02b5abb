import { wrongKind } from '../../tensor/errors.js';
import type { ReplacedKernel } from './kernel.js';

/** Kernels of tfjs whose results are wrong on wasm, and which are too rare to be written anew. */
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
