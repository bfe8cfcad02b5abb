import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { compose, type KernelFunction } from '../composition/compose.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { share } from '../heap/jobs.js';
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

/** Fewer numbers than are divided among threads. */
const FEW = 2 ** 13;

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
      return heap === null ? keepingNaN(original, args, x) : limit(heap, x, limitsOf(args.attrs!));
    },
  };
}

function limit(heap: Heap, x: TensorInfo, [low, high]: readonly [number, number]): TensorInfo {
  const y = heap.make(x.shape);
  const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
  const size = tf.util.sizeFromShape(x.shape);
  // small networks call relu often, and a list of one job takes as long as its work
  if (size < FEW) heap.run.limit({ x: from, y: to, n: size, low, high });
  else
    heap.runAll(
      'limit',
      share(heap.threads(), size).map(({ begin, count }) => {
        return { x: from + 4 * begin, y: to + 4 * begin, n: count, low, high };
      }),
    );
  return y;
}

/** A function by tfjs's kernel, with the NaN that it loses. */
function keepingNaN(original: KernelFunction, args: Parameters<KernelFunction>[0], x: TensorInfo): TensorInfo {
  return compose(args.backend, ({ call, run }) => {
    const condition = run('Equal', { a: x, b: x });
    return run('Select', { condition, t: call(original, { x }, args.attrs), e: x });
  });
}
