import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { convGeometry } from '../../src/wasm/convolution/conv-geometry.js';
import { convolve } from '../../src/wasm/convolution/convolve.js';
import { filterGradient } from '../../src/wasm/convolution/filter-gradient.js';
import { inputGradient } from '../../src/wasm/convolution/input-gradient.js';
import { rowLayout } from '../../src/wasm/convolution/layout.js';
import { heapOf, type Heap } from '../../src/wasm/heap/heap.js';
import { halveRows, shareRows } from '../../src/wasm/heap/jobs.js';
import { tensorOf } from './agree.js';

describe('rows of images are divided', () => {
  const threads = [1, 2, 3, 4, 8, 16];
  const sizes = [1, 2, 3, 5, 7, 8, 9, 16, 63, 64, 65, 128].flatMap((images) =>
    [7, 14, 28, 32, 64, 128].map((pixels) => [images, pixels] as const),
  );

  it.each(threads)('into jobs of which %d threads get almost equal shares, for any number of images', (count) => {
    for (const [images, pixels] of sizes) {
      const ranges = shareRows(count, rowLayout(images, pixels, pixels));
      // each job goes to the thread that is free first
      const busy = Array.from({ length: count }, () => 0);
      for (const range of ranges) busy[busy.indexOf(Math.min(...busy))]! += range.count;
      const share = (images * pixels) / count;
      expect(Math.max(...busy), `${images} of ${pixels}`).toBeLessThanOrEqual(Math.max(1.34 * share, share + 8));
      if (images * pixels > 2 * count) expect(Math.min(...busy), `${images} of ${pixels}`).toBeGreaterThan(0);
    }
  });

  it('without a gap, an overlap or an empty job', () => {
    for (const [images, pixels] of sizes) {
      const rows = rowLayout(images, pixels, pixels);
      for (const ranges of [halveRows(rows), ...threads.map((count) => shareRows(count, rows))]) {
        let next = 0;
        for (const { begin, count } of ranges) {
          expect(begin).toBe(next);
          expect(count).toBeGreaterThan(0);
          next += count;
        }
        expect(next).toBe(images * pixels);
      }
    }
  });

  it('into halves for a sum if there are two images, or one that is not tiny', () => {
    for (const [images, pixels] of sizes) {
      const halves = halveRows(rowLayout(images, pixels, pixels));
      expect(halves.length, `${images} of ${pixels}`).toBe(images === 1 && pixels < 14 ? 1 : 2);
    }
  });
});

describe('convolutions for any number of threads', () => {
  // images, pixels along a side, channels, output channels, filter, stride
  const layers = [
    [1, 128, 3, 32, 3, 1],
    [1, 64, 32, 32, 3, 1],
    [1, 64, 32, 64, 3, 2],
    [1, 64, 32, 32, 1, 1],
    [1, 64, 32, 16, 4, 2],
    [1, 64, 32, 3, 3, 1],
    [1, 32, 32, 32, 3, 1],
    [3, 36, 16, 32, 3, 1],
    [4, 14, 16, 32, 3, 1],
    [8, 14, 32, 64, 4, 2],
  ] as const;

  it.each(layers)(
    '%d of %d pixels a side, %d to %d channels, filter %d, stride %d: have as many jobs, and the same bits',
    async (batch, pixels, channels, outChannels, size, strides) => {
      await tf.setBackend('wasm');
      const heap = heapOf(tf.backend());
      const filterShape = [size, size, channels, outChannels];
      const x = tensorOf([batch, pixels, pixels, channels], 1);
      const filter = tensorOf(filterShape, 2);
      const conv = convGeometry('Conv2D', x.shape, filterShape, { strides, pad: 'same' }, false);
      const dy = tensorOf([batch, conv.height.output, conv.width.output, outChannels], 3);
      let expected: readonly string[] | undefined;
      for (const threads of [1, 2, 4, 8]) {
        const jobs: number[] = [];
        const watched: Heap = {
          ...heap,
          threads: () => threads,
          runAll: (name, list) => {
            if (name !== 'packWinogradFilter') jobs.push(list.length);
            heap.runAll(name, list);
          },
        };
        const results = [
          convolve(watched, conv, { x, filter }, 1),
          inputGradient(watched, conv, dy, filter),
          filterGradient(watched, conv, x, dy, filterShape),
        ];
        expect(jobs.length).toBe(3);
        expect(Math.min(...jobs), `${jobs.join(', ')} jobs for ${threads} threads`).toBeGreaterThanOrEqual(threads);
        const bits = results.map((result) => {
          const numbers = heap.backend.typedArrayFromHeap(result) as Float32Array;
          return createHash('sha256').update(numbers).digest('hex');
        });
        for (const { dataId } of results) heap.backend.disposeData(dataId);
        expected ??= bits;
        expect(bits).toEqual(expected);
      }
      tf.dispose([x, filter, dy]);
    },
  );
});
