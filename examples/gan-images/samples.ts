import * as tf from '@tensorflow/tfjs';
import { imageGrid, type Generator, type RandomStream } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { CLASSES } from '../shared/image-data.js';
import { labelsInTurn } from '../shared/labels.js';

/** Samples made at once. */
const AT_ONCE = 500;

/** Samples `[count, 28, 28, 1]`; a conditional generator makes the same number for each class. */
export function makeSamples(
  generator: Generator,
  count: number,
  random: RandomStream,
  isConditional = false,
): tf.Tensor {
  return tf.tidy(() => {
    const parts: tf.Tensor[] = [];
    for (let start = 0; start < count; start += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - start);
      const condition = isConditional ? labelsInTurn(size, start) : undefined;
      parts.push(tf.tidy(() => generator.draw(size, random, condition && { condition })));
    }
    return tf.concat(parts);
  });
}

const ROWS = 10;
/** One per class. */
const COLUMNS = CLASSES;
/** Pixels of the file per pixel of a picture. */
const SCALE = 2;

/** Number of images in a grid. */
export const GRID_SIZE = ROWS * COLUMNS;

/** The generator's images for latents `[GRID_SIZE, latent]`, as a PNG file, dark on white; with `isConditional`, each column is one class. */
export async function drawGrid(generator: Generator, latents: tf.Tensor, isConditional: boolean): Promise<Uint8Array> {
  const picture = tf.tidy(() => {
    const condition = isConditional ? labelsInTurn(GRID_SIZE) : undefined;
    const images = generator.generate(latents, condition && { condition });
    return imageGrid(tf.sub(1, images), { columns: COLUMNS, gap: 2, background: 1 });
  });
  const png = await encodePng(picture, { scale: SCALE });
  picture.dispose();
  return png;
}
