import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import { convGeometry, type ConvGeometry } from '../convolution/conv-geometry.js';
import { fitsXnnpack } from '../convolution/framed.js';
import type { ReplacedKernel } from './kernel.js';

/** Poolings by tfjs's kernels, which would write beyond their output where tfjs declares windows that XNNPACK does not know. */
export const pools: readonly ReplacedKernel[] = ['AvgPool', 'MaxPool'].map((kernelName) => ({
  kernelName,
  replace: (original) => (args) => {
    const { inputs, attrs = {} } = args;
    const { pad } = attrs;
    const { shape } = inputs['x'] as TensorInfo;
    const [height, width = height] = [attrs['filterSize'] as number | number[]].flat() as [number, number?];
    // right, also for windows that are smaller than their stride
    if (pad === 'same' || (pad === 'valid' && height <= shape[1]! && width <= shape[2]!)) return original(args);
    const geometryOf = (attributes: NamedAttrMap): ConvGeometry =>
      convGeometry(kernelName, shape, [height, width, shape[3]!, 1], attributes, true);
    const geometry = geometryOf(attrs);
    // tfjs does not tell the gradient how the outputs were rounded
    const rounded =
      attrs['dimRoundingMode'] === undefined ? geometry : geometryOf({ ...attrs, dimRoundingMode: 'floor' });
    const isRoundedDown = [0, 1].every((axis) => outputsOf(rounded)[axis] === outputsOf(geometry)[axis]);
    if (!isRoundedDown || !fitsXnnpack(geometry, pad)) {
      throw outOfRange(kernelName, 'pad', 'must leave every window within the padded images on the wasm backend', {
        got: pad,
        fix: "Instead of a number write [[0, 0], [top, bottom], [left, right], [0, 0]]; as dimRoundingMode take 'floor'.",
      });
    }
    return original(args);
  },
}));

function outputsOf({ height, width }: ConvGeometry): readonly number[] {
  return [height.output, width.output];
}
