import type { NamedAttrMap, NamedTensorInfoMap } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import type { ReplacedKernel } from './kernel.js';
import { numbersOf } from './on-host.js';

/** Kernels that read or write at given indices: tfjs's access memory beyond the tensor if an index is out of range. */
export const indexed: readonly ReplacedKernel[] = [
  checking('GatherNd', 'indices', ({ params }) => params!.shape),
  checking('ScatterNd', 'indices', (_, { shape }) => shape as number[]),
  checking('TensorScatterUpdate', 'indices', ({ tensor }) => tensor!.shape),
  checking('SparseToDense', 'sparseIndices', (_, { outputShape }) => outputShape as number[]),
  checking('CropAndResize', 'boxInd', ({ image }) => image!.shape),
];

function checking(
  kernelName: string,
  argument: string,
  shapeOf: (inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => readonly number[],
): ReplacedKernel {
  return {
    kernelName,
    replace: (original) => (args) => {
      const { inputs, attrs = {}, backend } = args;
      const indices = inputs[argument]!;
      const rows = indices.shape;
      const shape = shapeOf(inputs, attrs);
      // rows with one index for each of the first axes; a list of single indices, in cases in which tfjs reads it as such
      const depth = rows.length < 2 && kernelName !== 'GatherNd' ? 1 : rows.at(-1)!;
      numbersOf<Int32Array>(backend, indices).forEach((index, i) => {
        const size = shape[i % depth]!;
        if (index >= 0 && index < size) return;
        const fix = `Axis ${i % depth} has ${size} places.`;
        throw outOfRange(kernelName, argument, `must be from 0 to ${size - 1}`, { got: index, fix });
      });
      return original(args);
    },
  };
}
