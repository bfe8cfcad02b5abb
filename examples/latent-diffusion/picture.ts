import * as tf from '@tensorflow/tfjs';
import { imageGrid } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { CLASSES } from '../shared/image-data.js';

const ROWS = 3;
/** One per class. */
const COLUMNS = CLASSES;
/** Pixels of the file per pixel of a picture. */
const SCALE = 2;
/** Pixels between the pictures of a block, and between blocks. */
const [GAP, SPACE] = [2, 10];

/** Blocks of the first pictures of each set, one below the other, as a PNG file, dark on white. */
export async function drawBlocks(sets: readonly tf.Tensor[]): Promise<Uint8Array> {
  const picture = tf.tidy(() => {
    const blocks = sets.map((images) => {
      const dark = tf.sub(1, tf.slice(images, 0, Math.min(ROWS * COLUMNS, images.shape[0])));
      return imageGrid(dark, { columns: COLUMNS, gap: GAP, background: 1 });
    });
    const space = tf.ones([SPACE, ...blocks[0]!.shape.slice(1)]);
    return tf.concat(blocks.flatMap((block, i) => (i === 0 ? [block] : [space, block])));
  });
  const png = await encodePng(picture, { scale: SCALE });
  picture.dispose();
  return png;
}

/** The first pictures of each class, as many as a block has, with one per class in each row: `[ROWS * CLASSES, ...]`; disposed by the caller. */
export function oneClassPerColumn(images: tf.Tensor, labels: Int32Array): tf.Tensor {
  const indices = Array.from({ length: ROWS * CLASSES }, (_, i) => {
    const ofClass = [...labels.keys()].filter((index) => labels[index] === i % CLASSES);
    return ofClass[Math.floor(i / CLASSES) % Math.max(1, ofClass.length)] ?? 0;
  });
  return tf.gather(images, indices);
}
