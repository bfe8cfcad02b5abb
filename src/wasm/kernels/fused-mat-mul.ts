import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activated } from '../composition/activated.js';
import { compose } from '../composition/compose.js';
import { productOnHeap } from '../products/product-on-heap.js';
import { activateAfter } from './fused-steps.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * A matrix product with bias and activation. tfjs's kernel is correct and fast for plain products of two single matrices;
 * with a transposed operand or a batch it is slow and adds the bias in the wrong place. Those are composed of single steps.
 */
export const fusedMatMul: ReplacedKernel = {
  kernelName: '_FusedMatMul',
  replace: (original) => (args) => {
    const { inputs, attrs = {}, backend } = args;
    const { a, b, bias, preluActivationWeights } = inputs as { a: TensorInfo; b: TensorInfo } & Record<
      string,
      TensorInfo
    >;
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const own = productOnHeap(args);
    if (own !== null) return own;
    const isPlain = !transposeA && !transposeB && a.shape[0] === 1 && b.shape[0] === 1 && !a.shape.includes(0);
    const isRow = bias === undefined || bias.shape.length === 1;
    if ((isPlain && isRow) || a.dtype !== 'float32' || b.dtype !== 'float32') return activateAfter(original, args);

    return compose(backend, (composition) => {
      const { run } = composition;
      const product = run('BatchMatMul', { a, b }, { transposeA, transposeB });
      const sum = bias === undefined ? product : run('Add', { a: product, b: bias });
      return activated(composition, sum, attrs, preluActivationWeights);
    });
  },
};
