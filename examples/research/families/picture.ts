import * as tf from '@tensorflow/tfjs';
import { imageGrid } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { firstPictures } from '../../shared/flat-images.js';
import type { Pictures } from '../../shared/image-data.js';
import type { Comparison } from './comparison.js';

/** Pixels of the file per pixel of a picture. */
const SCALE = 2;

/**
 * For each model, a row of samples above the nearest training images; at the bottom, test images. As a PNG file.
 *
 * @param rows - samples of each model, `[n, height, width, channels]` in [0, 1]
 */
export async function drawFamilies<P extends Pictures, M>(
  rows: readonly tf.Tensor[],
  { train, test, nearest }: Comparison<P, M>,
): Promise<Uint8Array> {
  const parts: tf.Tensor[] = [];
  for (const samples of rows) {
    const indices = await nearest(samples);
    parts.push(tf.clone(samples), picturesAt(train, indices));
  }
  const columns = parts[0]!.shape[0];
  parts.push(firstPictures(test, columns));
  const picture = tf.tidy(() => {
    const images = tf.concat(parts);
    // grey pictures are drawn as ink on paper
    return imageGrid(images.shape[3] === 1 ? tf.sub(1, images) : images, { columns, gap: 2, background: 1 });
  });
  const png = await encodePng(picture, { scale: SCALE });
  tf.dispose([...parts, picture]);
  return png;
}

/** Some pictures of a set, in [0, 1]. */
function picturesAt({ images }: Pictures, indices: ArrayLike<number>): tf.Tensor {
  const [, height, width, channels] = images.shape;
  const size = height * width * channels;
  const pixels = Float32Array.from(
    Array.from(indices, (i) => [...images.data.subarray(i * size, (i + 1) * size)]).flat(),
  );
  return tf.tidy(() => tf.div(tf.tensor(pixels, [indices.length, height, width, channels]), 255));
}

/** The row of `data` that is nearest to each row of `features`, which it disposes. */
export async function nearestTo(features: tf.Tensor, data: tf.Tensor): Promise<ArrayLike<number>> {
  const nearest = tf.tidy(() => {
    // |a - b|^2 without |a|^2, which is the same for every b
    const squares = tf.sub(tf.sum(tf.square(data), 1), tf.mul(2, tf.matMul(features, data, false, true)));
    return tf.argMin(squares, 1);
  });
  const indices = await nearest.data();
  tf.dispose([features, nearest]);
  return indices;
}
