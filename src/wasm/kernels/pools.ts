import type { TensorInfo } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import { convGeometry } from '../convolution/conv-geometry.js';
import { fitsXnnpack } from '../convolution/framed.js';
import type { ReplacedKernel } from './kernel.js';

/** Poolings by tfjs's kernels, which would write beyond their output where tfjs declares windows that XNNPACK does not know. */
export const pools: readonly ReplacedKernel[] = ['AvgPool', 'MaxPool'].map((kernelName) => ({
  kernelName,
  replace: (original) => (args) => {
    const { inputs, attrs = {} } = args;
    const { pad } = attrs;
    // both are right, also for windows that are smaller than their stride
    if (pad === 'valid' || pad === 'same') return original(args);
    const { shape } = inputs['x'] as TensorInfo;
    const [height, width = height] = [attrs['filterSize'] as number | number[]].flat() as [number, number?];
    if (!fitsXnnpack(convGeometry(kernelName, shape, [height, width, shape[3]!, 1], attrs, true), pad)) {
      throw outOfRange({
        where: kernelName,
        argument: 'pad',
        rule: 'must leave every window within the padded images on the wasm backend',
        got: pad,
        fix:
          'Where windows or strides are not square, write [[0, 0], [top, bottom], [left, right], [0, 0]] instead of a number; ' +
          "as dimRoundingMode take 'floor'.",
      });
    }
    return original(args);
  },
}));
