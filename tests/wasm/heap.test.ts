import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { heapOf } from '../../src/wasm/heap/heap.js';
import { numbers, tensorOf } from './agree.js';

const heap = heapOf(tf.backend());

/** What stands in tfjs's memory, as tfjs itself sees it. */
function read(address: number, count: number): number[] {
  const { wasm } = heap.backend as unknown as { wasm: { HEAPU8: Uint8Array } };
  return [...new Float32Array(wasm.HEAPU8.slice(address, address + 4 * count).buffer)];
}

describe('the heap of the backend', () => {
  it('is one per backend, and anything but a wasm backend of tfjs is rejected', () => {
    expect(heapOf(tf.backend())).toBe(heap);
    const memoryless = { wasm: { asm: { memory: 'no memory' }, _malloc: Math.abs, _free: Math.abs } };
    for (const backend of [{ wasm: {} }, memoryless]) {
      expect(() => heapOf(backend)).toThrow(
        "enableWasmTraining: `backend 'wasm'` must be tfjs's, as in its version 4.22; got one whose memory is elsewhere.",
      );
    }
  });

  it('knows the addresses of tensors, and makes tensors', () => {
    const x = tensorOf([3, 5], 1);
    const made = heap.make([3, 5]);
    expect(read(heap.addressOf(x), 15)).toEqual([...numbers(15, 1)]);
    expect(made).toMatchObject({ shape: [3, 5], dtype: 'float32' });
    expect(heap.addressOf(made)).not.toBe(heap.addressOf(x));
    heap.backend.disposeData(made.dataId);
    x.dispose();
  });

  it('provides aligned scratch memory that overlaps no tensor, and more of it on request', () => {
    const small = heap.scratch(1000);
    expect(small % 64).toBe(0);
    expect(heap.scratch(500)).toBe(small);
    const size = 2 ** 20;
    const large = heap.scratch(size);
    expect(large % 64).toBe(0);
    const x = tf.ones([1000]);
    const start = heap.addressOf(x);
    expect(start + 4000 <= large || start >= large + size).toBe(true);
    x.dispose();
    heap.release();
    expect(heap.scratch(64) % 64).toBe(0);
  });

  it('names scratch memory when there is no room for it', () => {
    const { wasm } = heap.backend as unknown as { wasm: { _malloc: (bytes: number) => number } };
    const malloc = wasm._malloc;
    wasm._malloc = () => 0;
    try {
      expect(() => heap.scratch(2 ** 24)).toThrow(`tfjs's wasm heap has no ${2 ** 24} bytes left for a kernel.`);
    } finally {
      wasm._malloc = malloc;
    }
  });
});
