import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SOFTMAX_GRADIENT_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf, sizeOf } from '../device/gpu.js';
import { each, inGroups, runInGroups } from './in-groups.js';
import type { AddedKernel } from './kernel.js';

const shader = inGroups({
  name: 'softmaxGradient',
  writes: ['dx'],
  reads: ['y', 'dy'],
  code: `
    var sums = vec2f();
    ${each('sums.x += dy[at] * y[at];')}
    let sum = overColumns(sums, i).x;
    ${each('dx[at] = y[at] * (dy[at] - sum);')}`,
});

/** y (dy - sum dy y) over the last axis. */
export const softmaxGradient: AddedKernel = {
  kernelName: SOFTMAX_GRADIENT_KERNEL,
  kernel: ({ inputs, backend }) => {
    const { y, dy } = inputs as Record<'y' | 'dy', TensorInfo>;
    const gpu = gpuOf(backend);
    const dx = gpu.make(y.shape);
    const [n, size] = [sizeOf(y.shape), y.shape.at(-1) ?? 1];
    if (n > 0) runInGroups(gpu, shader, [dx, y, dy], { examples: n / size, rows: 1, groups: 1, size });
    return dx;
  },
};
