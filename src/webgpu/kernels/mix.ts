import type { TensorInfo } from '@tensorflow/tfjs-core';
import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { gpuOf, groupsFor, sizeOf } from '../device/gpu.js';
import { elementwise, type Shader } from '../device/shader.js';
import type { AddedKernel, KernelFunction } from './kernel.js';

const shader = elementwise({
  name: 'mix',
  writes: ['y'],
  reads: ['a', 'b', 'weights'],
  numbers: ['example: u32'],
  code: 'let j = 2u * (i / u.example); y[i] = weights[j] * a[i] + weights[j + 1u] * b[i];',
});

const gradient = elementwise({
  name: 'mixGradient',
  writes: ['da', 'db'],
  reads: ['dy', 'weights'],
  numbers: ['example: u32'],
  code: 'let j = 2u * (i / u.example); da[i] = weights[j] * dy[i]; db[i] = weights[j + 1u] * dy[i];',
});

/** A weighted sum of two tensors, with a pair of weights for each example. */
export const mix: AddedKernel = {
  kernelName: 'GenerativeMix',
  operation: composedInOneKernel('GenerativeMix', 'a b'),
  kernel: (call) => run(shader, call, ['a', 'b'])[0]!,
};

export const mixGradient: AddedKernel = {
  kernelName: 'GenerativeMixGradient',
  kernel: (call) => run(gradient, call, ['dy']),
};

function run(shader: Shader, { inputs, attrs, backend }: Parameters<KernelFunction>[0], names: string[]): TensorInfo[] {
  const gpu = gpuOf(backend);
  const given = names.map((name) => inputs[name]!);
  const { shape } = given[0]!;
  const n = sizeOf(shape);
  const made = shader.writes.map(() => gpu.make(shape));
  const weights = gpu.make([shape[0]!, 2], Float32Array.from(attrs!['weights'] as number[]));
  gpu.run(shader, [...made, ...given, weights], [n, n / shape[0]!], groupsFor(n));
  gpu.backend.disposeData(weights.dataId);
  return made;
}
