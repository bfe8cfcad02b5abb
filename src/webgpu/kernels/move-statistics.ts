import type { Tensor } from '@tensorflow/tfjs-core';
import type { OwnMove } from '../../nets/layers/batch-norm.js';
import { runKernel } from '../../tensor/own-kernels.js';
import { gpuOf, groupsFor, sizeOf } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

const shader = elementwise({
  name: 'moveStatistics',
  writes: ['movingMean', 'movingVariance'],
  reads: ['mean', 'variance'],
  numbers: ['kept: f32', 'meanShare: f32', 'varianceShare: f32'],
  code: `
    movingMean[i] = movingMean[i] * u.kept + mean[i] * u.meanShare;
    movingVariance[i] = movingVariance[i] * u.kept + variance[i] * u.varianceShare;`,
});

/** `movingMean`, `movingVariance`, `mean`, `variance`; attributes: the shares. Outputs: the moved variables, where they were. */
export const moveStatistics: AddedKernel<OwnMove> = {
  kernelName: 'GenerativeMoveStatistics',
  kernel: ({ inputs, attrs, backend }) => {
    const gpu = gpuOf(backend);
    const { kept, mean, variance } = attrs as Record<'kept' | 'mean' | 'variance', number>;
    const moved = ['movingMean', 'movingVariance'].map((name) => gpu.take(inputs[name]!));
    const n = sizeOf(moved[0]!.shape);
    gpu.run(shader, [...moved, inputs['mean']!, inputs['variance']!], [n, kept, mean, variance], groupsFor(n));
    return moved;
  },
  operation: (movingMean, movingVariance, mean, variance, momentum, factor) => {
    const share = 1 - momentum;
    const inputs = { movingMean, movingVariance, mean, variance };
    const shares = { kept: momentum, mean: share, variance: factor * share };
    const [first, second] = runKernel<[Tensor, Tensor]>('GenerativeMoveStatistics', inputs, shares);
    movingMean.assign(first);
    movingVariance.assign(second);
    return true;
  },
};
