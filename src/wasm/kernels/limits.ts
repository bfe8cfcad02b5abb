import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { heapOf, runForNumbers } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * Functions that limit numbers. tfjs's relu treats a NaN with the sign bit as a number below 0, and on x86 every NaN that arithmetic
 * produces has that bit. The other functions treat any NaN as a number below their limit.
 */
export const limits: readonly ReplacedKernel[] = [
  limiting('Relu', () => [0, Infinity]),
  limiting('Relu6', () => [0, 6]),
  limiting('ClipByValue', ({ clipValueMin, clipValueMax }) => [clipValueMin as number, clipValueMax as number]),
];

function limiting(
  kernelName: string,
  limitsOf: (attributes: NamedAttrMap) => readonly [number, number],
): ReplacedKernel {
  return {
    kernelName,
    replace: (original) => (args) => {
      const x = args.inputs['x']!;
      if (x.dtype !== 'float32') return original(args);
      const heap = heapOf(args.backend);
      const [low, high] = limitsOf(args.attrs!);
      const y = heap.make(x.shape);
      const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
      runForNumbers(heap, 'limit', tf.util.sizeFromShape(x.shape), (at, n) => {
        return { x: from + at, y: to + at, n, low, high };
      });
      return y;
    },
  };
}
