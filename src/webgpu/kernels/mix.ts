import { inOneKernel } from '../../operations/in-one-kernel.js';
import { gpuOf, groupsFor, sizeOf } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

const shader = elementwise({
  name: 'mix',
  writes: ['y'],
  reads: ['a', 'b', 'weights'],
  numbers: ['example: u32'],
  code: 'let j = 2u * (i / u.example); y[i] = weights[j] * a[i] + weights[j + 1u] * b[i];',
});

/** A weighted sum of two tensors, with a pair of weights for each example. */
export const mix: AddedKernel = {
  kernelName: 'GenerativeMix',
  operation: inOneKernel('GenerativeMix', 'a b'),
  kernel: ({ inputs, attrs, backend }) => {
    const gpu = gpuOf(backend);
    const { shape } = inputs['a']!;
    const [y, n] = [gpu.make(shape), sizeOf(shape)];
    const weights = gpu.make([shape[0]!, 2], Float32Array.from(attrs!['weights'] as number[]));
    gpu.run(shader, [y, inputs['a']!, inputs['b']!, weights], [n, n / shape[0]!], groupsFor(n));
    gpu.backend.disposeData(weights.dataId);
    return y;
  },
};
