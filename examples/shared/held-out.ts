import type { LabelledImages } from './image-data.js';

/** Of twelve training images, one is held out: 5,000 of the 60,000 of Fashion-MNIST. */
const ONE_OF = 12;

/**
 * Splits training images: the last twelfth is held out, to choose by. What is chosen on test images would be the best for them by chance
 * too, and their measure no longer that of new data.
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
