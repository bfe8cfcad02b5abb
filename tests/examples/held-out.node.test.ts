import { describe, expect, it } from 'vitest';
import { holdOut, type LabelledImages } from '../../examples/shared/image-data.js';
import { spreadOf, spreadText } from '../../examples/diffusion-images/measures.js';

/** Images of 2 x 2 pixels, each with its index in all pixels and as its label. */
function indexed(count: number): LabelledImages {
  return {
    images: { data: Uint8Array.from({ length: 4 * count }, (_, i) => Math.floor(i / 4)), shape: [count, 2, 2, 1] },
    labels: { data: Int32Array.from({ length: count }, (_, i) => i), shape: [count] },
  };
}

describe('images that are held out', () => {
  it.each([
    [60, 5],
    [30, 2],
    [5, 1],
  ])('are the last of %d: %d, and the rest has none of them', (count, held) => {
    const { rest, heldOut } = holdOut(indexed(count));
    const all = [...new Array(count).keys()];
    expect([...rest.labels.data]).toEqual(all.slice(0, count - held));
    expect([...heldOut.labels.data]).toEqual(all.slice(count - held));
    for (const { images, labels } of [rest, heldOut]) {
      expect(images.shape).toEqual([labels.data.length, 2, 2, 1]);
      expect([...images.data]).toEqual([...labels.data].flatMap((i) => [i, i, i, i]));
    }
  });
});

describe('a spread', () => {
  it('has the mean and the deviation by n - 1', () => {
    expect(spreadOf([1, 2, 6])).toEqual({ mean: 3, deviation: Math.sqrt(7), values: [1, 2, 6] });
    expect(spreadOf([4])).toEqual({ mean: 4, deviation: 0, values: [4] });
    expect(spreadText(spreadOf([1, 2, 6]))).toBe('3.0 ± 2.6');
  });
});
