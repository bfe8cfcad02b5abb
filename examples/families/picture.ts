import * as tf from '@tensorflow/tfjs';
import { imageGrid } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { firstPictures } from '../shared/flat-images.js';
import type { ImageSet } from '../shared/image-data.js';
import type { Reference } from './row.js';

/** Pixels of the file per pixel of a picture. */
const SCALE = 2;

/**
 * For each model, a row of samples above the nearest training images; at the bottom, test images. As a PNG file.
 *
 * @param rows - samples of each model, `[n, 28, 28, 1]` in [0, 1]
 */
export async function drawFamilies(
  rows: readonly tf.Tensor[],
  { train, test }: ImageSet,
  { eyes: { classifier }, trained }: Reference,
): Promise<Uint8Array> {
  const parts: tf.Tensor[] = [];
  for (const samples of rows) {
    const nearest = Array.from(await nearestTo(classifier.features(samples), trained), (i) =>
      train.images.data.subarray(i * 784, (i + 1) * 784),
    );
    const pixels = Float32Array.from(nearest.flatMap((image) => [...image]));
    parts.push(
      tf.clone(samples),
      tf.tidy(() => tf.div(tf.tensor(pixels, samples.shape), 255)),
    );
  }
  const columns = parts[0]!.shape[0];
  parts.push(firstPictures(test, columns));
  const picture = tf.tidy(() => imageGrid(tf.sub(1, tf.concat(parts)), { columns, gap: 2, background: 1 }));
  const png = await encodePng(picture, { scale: SCALE });
  tf.dispose([...parts, picture]);
  return png;
}

/** The row of `data` that is nearest to each row of `features`, which it disposes. */
async function nearestTo(features: tf.Tensor, data: tf.Tensor): Promise<ArrayLike<number>> {
  const nearest = tf.tidy(() => {
    // |a - b|^2 without |a|^2, which is the same for every b
    const squares = tf.sub(tf.sum(tf.square(data), 1), tf.mul(2, tf.matMul(features, data, false, true)));
    return tf.argMin(squares, 1);
  });
  const indices = await nearest.data();
  tf.dispose([features, nearest]);
  return indices;
}
