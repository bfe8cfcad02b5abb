import { describe, expect, it } from 'vitest';
import { halveRows, shareRows } from '../../src/wasm/heap/jobs.js';
import { rowsOf } from '../../src/wasm/convolution/layout.js';

describe('rows of images are divided', () => {
  const threads = [1, 2, 3, 4, 8, 16];
  const sizes = [1, 2, 3, 5, 7, 8, 9, 16, 63, 64, 65, 128].flatMap((images) =>
    [7, 14, 28, 32, 64, 128].map((pixels) => [images, pixels] as const),
  );

  it.each(threads)('into jobs of which %d threads get almost equal shares, whatever the number of images', (count) => {
    for (const [images, pixels] of sizes) {
      const ranges = shareRows(count, rowsOf(images, pixels, pixels));
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
      const rows = rowsOf(images, pixels, pixels);
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
      const halves = halveRows(rowsOf(images, pixels, pixels));
      expect(halves.length, `${images} of ${pixels}`).toBe(images === 1 && pixels < 14 ? 1 : 2);
    }
  });
});
