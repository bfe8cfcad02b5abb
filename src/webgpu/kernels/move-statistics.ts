import type { Tensor } from '@tensorflow/tfjs-core';
import type { OwnMove } from '../../nets/layers/batch-norm.js';
import { runKernel } from '../../tensor/own-kernels.js';
import { groupsFor } from '../device/gpu.js';
import { sizeOf } from '../device/shader.js';
import { ofEachNumber } from './dispatch.js';
import { kernelOf, type Inputs } from './kernel.js';

const shader = ofEachNumber({
  name: 'moveStatistics',
  writes: 'a b',
  reads: 'mean variance',
  numbers: 'kept:f32 mean:f32 variance:f32',
  code: `a[i] = a[i] * u.kept + mean[i] * u.mean;
    b[i] = b[i] * u.kept + variance[i] * u.variance;`,
});

/** `movingMean`, `movingVariance`, `mean`, `variance`; attributes: the shares. Outputs: the moved variables, where they were. */
export const moveStatistics = kernelOf<OwnMove>(
  'GenerativeMoveStatistics',
  (gpu, inputs, attributes) => {
    const { movingMean, movingVariance, mean, variance } = inputs as Inputs<
      'movingMean' | 'movingVariance' | 'mean' | 'variance'
    >;
    const moved = [gpu.take(movingMean), gpu.take(movingVariance)];
    const n = sizeOf(mean.shape);
    gpu.run(shader, [...moved, mean, variance], { ...attributes, n }, groupsFor(n));
    return moved;
  },
  (movingMean, movingVariance, mean, variance, momentum, factor) => {
    const share = 1 - momentum;
    const inputs = { movingMean, movingVariance, mean, variance };
    const shares = { kept: momentum, mean: share, variance: factor * share };
    const [first, second] = runKernel<[Tensor, Tensor]>('GenerativeMoveStatistics', inputs, shares);
    movingMean.assign(first);
    movingVariance.assign(second);
    return true;
  },
);
