import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../compose.js';
import { plainMatrix } from './batch-mat-mul.js';
import type { ReplacedKernel } from './kernel.js';

/** A matrix product with bias and activation: single matrices are transposed beforehand, for which tfjs's kernel has no fast way. */
export const fusedMatMul: ReplacedKernel = {
  kernelName: '_FusedMatMul',
  replace: (original) => (args) => {
    const { a, b } = args.inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = args.attrs as { transposeA: boolean; transposeB: boolean };
    const isSingle = a.shape[0] === 1 && b.shape[0] === 1;
    const isEmpty = a.shape.includes(0) || b.shape.includes(0);
    const isFloat = a.dtype === 'float32' && b.dtype === 'float32';
    if ((!transposeA && !transposeB) || !isSingle || isEmpty || !isFloat) return original(args);
    return compose(args.backend, (composition) => {
      const inputs = {
        ...args.inputs,
        a: plainMatrix(composition, a, transposeA),
        b: plainMatrix(composition, b, transposeB),
      };
      return composition.call(original, inputs, { ...args.attrs, transposeA: false, transposeB: false });
    });
  },
};
