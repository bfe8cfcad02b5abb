import { MOVE_STATISTICS_KERNEL, type StatisticsShares } from '../../tensor/own-kernels.js';
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

/** The moving mean and variance of each channel, moved where they are. */
export const moveStatistics: AddedKernel = {
  kernelName: MOVE_STATISTICS_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const gpu = gpuOf(backend);
    const { kept, meanShare, varianceShare } = attrs as unknown as StatisticsShares;
    const moved = ['movingMean', 'movingVariance'].map((name) => gpu.take(inputs[name]!));
    const n = sizeOf(moved[0]!.shape);
    const numbers = [n, kept, meanShare, varianceShare];
    gpu.run(shader, [...moved, inputs['mean']!, inputs['variance']!], numbers, groupsFor(n));
    return moved;
  },
};
