import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { NORMALS_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf } from '../heap/heap.js';
import type { AddedKernel } from './kernel.js';

/** The number of normals in a block. */
const BLOCK = 8;

/** Standard normals, drawn directly in the heap, bit-identical to those of src/random/normal.ts. */
export const normals: AddedKernel = {
  kernelName: NORMALS_KERNEL,
  kernel: ({ attrs, backend }) => {
    const { shape, words } = attrs as unknown as { shape: number[]; words: Int32Array };
    const heap = heapOf(backend);
    const size = tf.util.sizeFromShape(shape);
    const y = heap.make(shape);
    const scratch = heap.make([words.length + BLOCK]);
    const memory = backend as BackendWasm;
    const view = (x: tf.TensorInfo): Float32Array => memory.typedArrayFromHeap(x) as Float32Array;
    try {
      const [numbers, kept] = [view(y), view(scratch)];
      const state = new Int32Array(kept.buffer, kept.byteOffset, words.length);
      state.set(words);
      const [whole, rest] = [Math.floor(size / BLOCK), size % BLOCK];
      heap.run.normals({ state: heap.addressOf(scratch), y: heap.addressOf(y), blocks: whole });
      if (rest > 0) {
        // the surplus of the last block is discarded
        const last = heap.addressOf(scratch) + 4 * words.length;
        heap.run.normals({ state: heap.addressOf(scratch), y: last, blocks: 1 });
        numbers.set(kept.subarray(words.length, words.length + rest), whole * BLOCK);
      }
      words.set(state);
    } finally {
      memory.disposeData(scratch.dataId);
    }
    return y;
  },
};
