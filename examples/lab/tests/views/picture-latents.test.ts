import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { firstLook } from '../../experiment/look.js';
import { pictureLatents } from '../../views/picture-latents.js';
import type { Seen } from '../../views/view.js';
import { recordedCanvas, seenOf } from './record.js';

beforeAll(() => {
  vi.stubGlobal(
    'ImageData',
    class {
      readonly data = new Uint8ClampedArray(4 * 784);
    },
  );
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      readonly getContext = () => ({ putImageData: () => undefined });
    },
  );
});
afterAll(() => void vi.unstubAllGlobals());

const pictures = { data: new Uint8Array(784), shape: [1, 28, 28, 1] } as const;
const seenAt = (z: readonly [number, number], decoded?: Uint8Array): Seen => {
  const seen = seenOf('vae', { posterior: [1, -1, 0.5, 0.25] }, { data: 'clothes' }, { look: { ...firstLook, z } });
  return { ...seen, pictures, frame: { ...seen.frame, pictures: decoded === undefined ? {} : { decoded } } };
};

test('the decoded picture is next to the mark, on the side where there is room', () => {
  for (const [z, left, top] of [
    // 320 pixels have 50 for a unit, and 76.8 for the picture
    [[-2, 1], 60 + 14, 110 - 38.4],
    [[2, 3.2], 260 - 14 - 76.8, 0],
    [[0, -3.2], 160 + 14, 320 - 76.8],
  ] as const) {
    const { canvas, of } = recordedCanvas(320, 320);
    pictureLatents.draw(canvas, seenAt(z, new Uint8Array(784)));
    const [, ...place] = of('drawImage')[0]!.args as number[];
    [left, top, 76.8, 76.8].forEach((value, i) => expect(place[i]).toBeCloseTo(value, 6));
    expect(of('arc').at(-1)!.args.slice(0, 2)).toEqual([160 + 50 * z[0], 160 - 50 * z[1]]);
  }
});

test('the sentence says how wide the posteriors are, and what the decoder draws', () => {
  expect(pictureLatents.describe(seenAt([0.5, 0], new Uint8Array(784).fill(51)))).toBe(
    "1 posteriors; their mean standard deviation is 0.38, the prior's is 1. From (0.50, 0.00) the decoder draws a picture whose mean brightness is 0.20.",
  );
  expect(pictureLatents.describe(seenAt([0, 0]))).toMatch(/^1 posteriors; .*\.$/);
});
