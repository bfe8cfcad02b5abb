import type { TensorInfo } from '@tensorflow/tfjs-core';
import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { gpuOf, groupsFor, sizeOf } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import { runColumns, type ColumnsShader } from './columns.js';
import type { AddedKernel } from './kernel.js';

const forward = elementwise({
  name: 'scaleAndShift',
  writes: ['y'],
  reads: ['x', 'vectors'],
  numbers: ['example: u32', 'channels: u32'],
  code: `let j = i / u.example * 2u * u.channels + i % u.channels;
    y[i] = x[i] * (1.0 + vectors[j]) + vectors[j + u.channels];`,
});

export const scaleAndShift: AddedKernel = {
  kernelName: 'GenerativeScaleAndShift',
  operation: composedInOneKernel('GenerativeScaleAndShift', 'x vectors'),
  kernel: ({ inputs, backend }) => {
    const { x, vectors } = inputs as Record<'x' | 'vectors', TensorInfo>;
    const gpu = gpuOf(backend);
    const [y, n] = [gpu.make(x.shape), sizeOf(x.shape)];
    const numbers = [n, n / x.shape[0]!, x.shape.at(-1)!];
    gpu.run(forward, [y, x, vectors], numbers, groupsFor(n));
    return y;
  },
};

const backward: ColumnsShader = {
  name: 'scaleAndShiftGradient',
  writes: ['dx', 'dVectors'],
  reads: ['x', 'vectors', 'dy'],
  code: `let d = dy[i];
        dx[i] = d * (1.0 + vectors[2u * outer * u.inner + c]);
        own += vec2f(d * x[i], d);`,
  result: 'let j = 2u * outer * u.inner + c; dVectors[j] = sum.x; dVectors[j + u.inner] = sum.y;',
};

export const scaleAndShiftGradient: AddedKernel = {
  kernelName: 'GenerativeScaleAndShiftGradient',
  kernel: ({ inputs, backend }) => {
    const { x, vectors, dy } = inputs as Record<'x' | 'vectors' | 'dy', TensorInfo>;
    const gpu = gpuOf(backend);
    const n = sizeOf(x.shape);
    const [outer, inner] = [x.shape[0]!, x.shape.at(-1)!];
    const made = [gpu.make(x.shape), gpu.make(vectors.shape)];
    const view = { outer, rows: n / (outer * inner), inner, chunks: 1 };
    runColumns(gpu, backward, [...made, x, vectors, dy], view);
    return made;
  },
};
