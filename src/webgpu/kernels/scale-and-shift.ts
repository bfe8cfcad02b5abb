import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SCALE_AND_SHIFT_GRADIENT_KERNEL, SCALE_AND_SHIFT_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf, groupsFor, sizeOf } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import { runColumns, type ColumnsShader } from './columns.js';
import type { AddedKernel } from './kernel.js';

const forward = elementwise({
  name: SCALE_AND_SHIFT_KERNEL,
  writes: ['y'],
  reads: ['x', 'vectors'],
  numbers: ['example: u32', 'channels: u32'],
  code: `let j = i / u.example * 2u * u.channels + i % u.channels;
    y[i] = x[i] * (1.0 + vectors[j]) + vectors[j + u.channels];`,
});

export const scaleAndShift: AddedKernel = {
  kernelName: SCALE_AND_SHIFT_KERNEL,
  kernel: ({ inputs, backend }) => {
    const { x, vectors } = inputs as { x: TensorInfo; vectors: TensorInfo };
    const gpu = gpuOf(backend);
    const [y, n] = [gpu.make(x.shape), sizeOf(x.shape)];
    const numbers = [n, n / x.shape[0]!, x.shape.at(-1)!];
    if (n > 0) gpu.run(forward, [y, x, vectors], numbers, groupsFor(n));
    return y;
  },
};

const backward: ColumnsShader = {
  name: SCALE_AND_SHIFT_GRADIENT_KERNEL,
  writes: ['dx', 'dVectors'],
  reads: ['x', 'vectors', 'dy'],
  code: `let d = dy[i];
        dx[i] = d * (1.0 + vectors[2u * outer * u.inner + c]);
        own += vec2f(d * x[i], d);`,
  result: 'let j = 2u * outer * u.inner + c; dVectors[j] = sum.x; dVectors[j + u.inner] = sum.y;',
};

export const scaleAndShiftGradient: AddedKernel = {
  kernelName: SCALE_AND_SHIFT_GRADIENT_KERNEL,
  kernel: ({ inputs, backend }) => {
    const { x, vectors, dy } = inputs as { x: TensorInfo; vectors: TensorInfo; dy: TensorInfo };
    const gpu = gpuOf(backend);
    const n = sizeOf(x.shape);
    if (n === 0) return [gpu.make(x.shape), gpu.make(vectors.shape, new Float32Array(sizeOf(vectors.shape)))];
    const [outer, inner] = [x.shape[0]!, x.shape.at(-1)!];
    const made = [gpu.make(x.shape), gpu.make(vectors.shape)];
    const view = { outer, rows: n / (outer * inner), inner, chunks: 1 };
    runColumns(gpu, backward, [...made, x, vectors, dy], view);
    return made;
  },
};
