import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { DENSE_KERNEL } from '../../tensor/own-kernels.js';
import type { AddedKernel } from './kernel.js';

/** The fused product of two matrices, without the reshaped tensors that tfjs's kernel needs and returns. */
export const dense: AddedKernel = {
  kernelName: DENSE_KERNEL,
  kernel: (args) => {
    const { a, b, bias } = args.inputs as { a: TensorInfo; b: TensorInfo; bias: TensorInfo };
    const { kernelFunc } = tf.getKernel('_FusedMatMul', 'wasm');
    const asBatch = ({ dataId, dtype, shape }: TensorInfo): TensorInfo => ({ dataId, dtype, shape: [1, ...shape] });
    const { dataId, dtype } = kernelFunc({ ...args, inputs: { a: asBatch(a), b: asBatch(b), bias } }) as TensorInfo;
    return { dataId, dtype, shape: [a.shape[0]!, b.shape[1]!] };
  },
};
