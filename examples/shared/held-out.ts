import type { LabelledImages } from './image-data.js';

/** One of twelve training images is held out: 5,000 of the 60,000 of Fashion-MNIST. */
const ONE_OF = 12;

/**
 * Splits training images: the last twelfth is held out, for making choices. If choices were made on test images, they would partly be the
 * best for these by chance, and measures on them would no longer represent new data.
 */
export function holdOut({ images, labels }: LabelledImages): { rest: LabelledImages; heldOut: LabelledImages } {
  const [count, height, width] = images.shape;
  const kept = count - Math.max(1, Math.floor(count / ONE_OF));
  const part = (from: number, to: number): LabelledImages => ({
    images: {
      data: images.data.subarray(from * height * width, to * height * width),
      shape: [to - from, height, width, 1],
    },
    labels: { data: labels.data.subarray(from, to), shape: [to - from] },
  });
  return { rest: part(0, kept), heldOut: part(kept, count) };
}
