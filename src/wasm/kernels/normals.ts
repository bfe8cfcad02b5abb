import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { NORMALS_KERNEL, UNIFORMS_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf, type Heap } from '../heap/heap.js';
import type { AddedKernel } from './kernel.js';

/** Standard normals, drawn directly in the heap, bit-identical to those of src/random/normal.ts. */
export const normals: AddedKernel = {
  kernelName: NORMALS_KERNEL,
  kernel: ({ attrs, backend }) => {
    const { shape, words } = attrs as unknown as { shape: number[]; words: Int32Array };
    const heap = heapOf(backend);
    return draw(heap, shape, words, 8, (state, y, blocks) => heap.run.normals({ state, y, blocks }));
  },
};

/** Uniform numbers, bit-identical to those of src/random/uniform.ts. */
export const uniforms: AddedKernel = {
  kernelName: UNIFORMS_KERNEL,
  kernel: ({ attrs, backend }) => {
    const { shape, words, ...bounds } = attrs as unknown as { shape: number[]; words: Int32Array } & Bounds;
    const heap = heapOf(backend);
    return draw(heap, shape, words, 4, (state, y, blocks) => heap.run.uniforms({ state, y, blocks, ...bounds }));
  },
};

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly last: number;
}

/**
 * Draws numbers in blocks, and advances the words of the stream; the surplus of the last block is discarded.
 *
 * @param run - fills blocks at an address, from the state at another one
 */
function draw(
  heap: Heap,
  shape: number[],
  words: Int32Array,
  block: number,
  run: (state: number, y: number, blocks: number) => void,
): TensorInfo {
  const size = tf.util.sizeFromShape(shape);
  const y = heap.make(shape);
  const scratch = heap.make([words.length + block]);
  const memory: BackendWasm = heap.backend;
  const view = (x: TensorInfo): Float32Array => memory.typedArrayFromHeap(x) as Float32Array;
  try {
    const [numbers, kept] = [view(y), view(scratch)];
    const state = new Int32Array(kept.buffer, kept.byteOffset, words.length);
    state.set(words);
    const [whole, rest] = [Math.floor(size / block), size % block];
    run(heap.addressOf(scratch), heap.addressOf(y), whole);
    if (rest > 0) {
      run(heap.addressOf(scratch), heap.addressOf(scratch) + 4 * words.length, 1);
      numbers.set(kept.subarray(words.length, words.length + rest), whole * block);
    }
    words.set(state);
  } finally {
    memory.disposeData(scratch.dataId);
  }
  return y;
}
