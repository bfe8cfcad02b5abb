import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { heapOf, runForNumbers } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * Functions that limit numbers. tfjs's relu takes a NaN with the sign bit, which is each NaN that arithmetic makes on x86, for a number
 * below 0, and the others take any NaN for one below their limit.
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
