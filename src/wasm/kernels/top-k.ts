import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ReplacedKernel } from './kernel.js';
import { numbersOf, written } from './on-host.js';

/**
 * The largest numbers, with NaN before all others as in PyTorch; tfjs's kernel compares numbers with NaN, and its order is then undefined.
 */
export const topK: ReplacedKernel = {
  kernelName: 'TopK',
  replace: (original) => (args) => {
    const x = args.inputs['x'] as TensorInfo;
    const { backend } = args;
    const numbers = numbersOf(backend, x);
    if (x.dtype !== 'float32' || !numbers.some(Number.isNaN)) return original(args);
    const { k } = args.attrs as { k: number };
    const [last, shape] = [x.shape.at(-1)!, [...x.shape.slice(0, -1), k]];
    const places = Array.from({ length: numbers.length / last }, (_, row) =>
      largest(numbers, row * last, last, k),
    ).flat();
    return [
      written(
        backend,
        Float32Array.from(places, (at) => numbers[at]!),
        shape,
      ),
      written(
        backend,
        Int32Array.from(places, (at) => at % last),
        shape,
      ),
    ];
  },
};

function largest(numbers: Float32Array, first: number, count: number, k: number): number[] {
  const rank = (at: number): number => (Number.isNaN(numbers[at]) ? 1 : 0);
  return Array.from({ length: count }, (_, i) => first + i)
    .sort((a, b) => rank(b) - rank(a) || Number(numbers[b]! > numbers[a]!) - Number(numbers[b]! < numbers[a]!))
    .slice(0, k);
}
