import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { ReplacedKernel } from './kernel.js';

/**
 * The largest numbers, with NaN before all others as in PyTorch; tfjs's kernel compares numbers with NaN, and its order is then undefined.
 */
export const topK: ReplacedKernel = {
  kernelName: 'TopK',
  replace: (original) => (args) => {
    const x = args.inputs['x'] as TensorInfo;
    const memory = args.backend as BackendWasm;
    const numbers = memory.readSync(x.dataId) as Float32Array;
    if (x.dtype !== 'float32' || !numbers.some(Number.isNaN)) return original(args);
    const { k } = args.attrs as { k: number };
    const [last, shape] = [x.shape.at(-1)!, [...x.shape.slice(0, -1), k]];
    const places = Array.from({ length: numbers.length / last }, (_, row) =>
      largest(numbers, row * last, last, k),
    ).flat();
    return [
      {
        dataId: memory.write(
          Float32Array.from(places, (at) => numbers[at]!),
          shape,
          'float32',
        ),
        shape,
        dtype: 'float32',
      },
      {
        dataId: memory.write(
          Int32Array.from(places, (at) => at % last),
          shape,
          'int32',
        ),
        shape,
        dtype: 'int32',
      },
    ];
  },
};

function largest(numbers: Float32Array, first: number, count: number, k: number): number[] {
  const rank = (at: number): number => (Number.isNaN(numbers[at]) ? 1 : 0);
  return Array.from({ length: count }, (_, i) => first + i)
    .sort((a, b) => rank(b) - rank(a) || Number(numbers[b]! > numbers[a]!) - Number(numbers[b]! < numbers[a]!))
    .slice(0, k);
}
