import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeEach, describe, expect, it } from 'vitest';
import { attentionOf, type AttentionNumbers } from '../../src/operations/attention.js';
import { ATTENTION_GRADIENT_KERNEL, ATTENTION_KERNEL } from '../../src/tensor/own-kernels.js';
import { heapOf, type Heap } from '../../src/wasm/heap/heap.js';
import { attention, attentionGradient } from '../../src/wasm/kernels/attention.js';
import { dispatchedKernels } from '../support/count-kernels.js';
import { expectAgreement, tensorOf } from './agree.js';

beforeEach(async () => {
  await tf.setBackend('wasm');
});

const run = (x: Tensor, numbers: AttentionNumbers): Tensor => tf.tidy(() => attentionOf(x, numbers));

/** Examples, tokens, heads, and numbers of a head. */
type Sizes = readonly [number, number, number, number];
const SIZES: readonly Sizes[] = [
  [1, 1, 1, 1],
  [2, 3, 2, 1],
  [2, 7, 3, 5],
  [1, 16, 1, 8],
  [2, 17, 2, 9],
  [1, 24, 2, 16],
  [3, 31, 1, 33],
  [2, 64, 4, 32],
  [1, 100, 2, 20],
  [1, 121, 1, 3],
];
const shapeOf = ([examples, tokens, heads, size]: Sizes): number[] => [examples, tokens, 3 * heads * size];

describe.each([true, false])('attention on wasm, causal: %s', (causal) => {
  it.each(SIZES)(
    'of %d examples of %d tokens, with %d heads of %d, is that of cpu with its gradient',
    async (...sizes) => {
      await expectAgreement((x) => run(tf.mul(x, 3), { heads: sizes[2], causal }), [shapeOf(sizes)]);
    },
  );

  it('takes one kernel, and one for its gradient', () => {
    const [x, numbers] = [tensorOf([2, 5, 12], 1), { heads: 2, causal }];
    expect(dispatchedKernels(() => run(x, numbers))).toEqual([ATTENTION_KERNEL]);
    const gradient = tf.grad((place: Tensor) => run(place, numbers));
    expect(dispatchedKernels(() => gradient(x, tf.ones([2, 5, 4])))).toEqual([
      ATTENTION_KERNEL,
      ATTENTION_GRADIENT_KERNEL,
    ]);
  });

  it.each([
    ['a query', 0, [2]],
    ['a key', 4, causal ? [2, 3, 4] : [0, 1, 2, 3, 4]],
  ] as const)('is NaN where %s with NaN is seen, in its head only', async (_, channel, expected) => {
    const x = await tensorOf([1, 5, 12], 1).data();
    x[2 * 12 + channel] = NaN;
    const y = await run(tf.tensor(x, [1, 5, 12]), { heads: 2, causal }).data();
    const isHit = (token: number): boolean => (expected as readonly number[]).includes(token);
    expect(Array.from(y, Number.isNaN)).toEqual(
      Array.from({ length: 20 }, (_, i) => i % 4 < 2 && isHit(Math.floor(i / 4))),
    );
  });

  it.each([Infinity, -Infinity])('is NaN where all scores are %d', async (score) => {
    const x = tf.concat(
      [tf.fill([1, 3, 1], 1e30), tf.fill([1, 3, 1], score < 0 ? -1e30 : 1e30), tf.ones([1, 3, 1])],
      2,
    );
    expect(Array.from(await run(x, { heads: 1, causal }).data(), Number.isNaN)).toEqual([true, true, true]);
  });
});

/** A backend whose heap divides work as among this many threads, and runs the last job first, as helpers may. */
function backendOf(threads: number, counts: number[]): object {
  const heap = heapOf(tf.backend());
  const runAll: Heap['runAll'] = (name, jobs) => {
    counts.push(jobs.length);
    heap.runAll(name, [...jobs].reverse());
  };
  return { [Symbol.for('tfjs-generative: module on this backend')]: { ...heap, threads: () => threads, runAll } };
}

describe('the kernels of attention', () => {
  it('make the same bits for any number of threads', () => {
    const [x, dy] = [tensorOf([3, 40, 120], 1), tensorOf([3, 40, 40], 2)];
    const attrs = { heads: 2, causal: true };
    const counts: number[] = [];
    const heap = heapOf(tf.backend());
    const bitsOf = (threads: number): readonly number[][] => {
      const backend = backendOf(threads, counts);
      const [y, weights] = attention.kernel({ inputs: { x }, backend, attrs }) as [tf.TensorInfo, tf.TensorInfo];
      const dx = attentionGradient.kernel({ inputs: { x, weights, dy }, backend, attrs }) as tf.TensorInfo;
      const bits = [y, dx].map((made) => Array.from(heap.backend.typedArrayFromHeap(made) as Float32Array));
      for (const made of [y, weights, dx]) heap.backend.disposeData(made.dataId);
      return bits;
    };
    const expected = bitsOf(1);
    for (const threads of [2, 3, 4, 8]) expect(bitsOf(threads)).toEqual(expected);
    expect(counts).toEqual([1, 1, 6, 6, 6, 6, 6, 6, 6, 6]);
  });

  it('write only to their scratch memory and their outputs', async () => {
    for (const sizes of SIZES) {
      const [examples, tokens, heads, size] = sizes;
      const [x, dy] = [tensorOf(shapeOf(sizes), 1), tensorOf([examples, tokens, heads * size], 2)];
      const before = await Promise.all([x, dy].map((one) => one.data()));
      const heap = heapOf(tf.backend());
      const guards: [tf.TensorInfo, number][] = [];
      const scratch = (bytes: number): number => {
        const made = heap.make([bytes / 4 + 80]);
        (heap.backend.typedArrayFromHeap(made) as Float32Array).fill(7);
        const address = heap.addressOf(made);
        const aligned = Math.ceil(address / 64) * 64;
        guards.push([made, (aligned - address + bytes) / 4]);
        return aligned;
      };
      const backend = { [Symbol.for('tfjs-generative: module on this backend')]: { ...heap, scratch } };
      const attrs = { heads, causal: true };
      const [y, weights] = attention.kernel({ inputs: { x }, backend, attrs }) as [tf.TensorInfo, tf.TensorInfo];
      const dx = attentionGradient.kernel({ inputs: { x, weights, dy }, backend, attrs }) as tf.TensorInfo;
      expect(guards).toHaveLength(2);
      for (const [made, used] of guards) {
        const values = heap.backend.typedArrayFromHeap(made) as Float32Array;
        expect(values.subarray(used).every((one) => one === 7)).toBe(true);
      }
      for (const made of [y, weights, dx, ...guards.map(([made]) => made)]) heap.backend.disposeData(made.dataId);
      expect(await Promise.all([x, dy].map((one) => one.data()))).toEqual(before);
    }
  });
});
