import * as tf from '@tensorflow/tfjs';
import { imageGrid } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { nearestNeighbours } from 'tfjs-generative/metrics';
import { loadClassifier } from '../shared/classifier.js';
import { firstPictures } from '../shared/flat-images.js';
import type { ImageSet } from '../shared/image-data.js';
import { featuresOf } from '../shared/image-measures.js';

/** Pixels of the file per pixel of a picture. */
const SCALE = 2;

/** Samples of a model, `[n, 28, 28, 1]` in [0, 1]; drawing disposes them. */
export interface PictureRow {
  readonly samples: tf.Tensor;
}

/** For each model a row of samples above the training images that are nearest to them; below all, test images. */
export async function drawFamilies(rows: readonly PictureRow[], { train, test }: ImageSet): Promise<Uint8Array> {
  const classifier = await loadClassifier();
  const trained = featuresOf(classifier, train, Infinity);
  const parts: tf.Tensor[] = [];
  for (const { samples } of rows) {
    const features = classifier.features(samples);
    const { indices } = await nearestNeighbours(features, trained);
    features.dispose();
    const nearest = Array.from(indices, (i) => train.images.data.subarray(i * 784, (i + 1) * 784));
    const pixels = Float32Array.from(nearest.flatMap((image) => [...image]));
    parts.push(
      samples,
      tf.tidy(() => tf.div(tf.tensor(pixels, samples.shape), 255)),
    );
  }
  const columns = parts[0]!.shape[0];
  parts.push(firstPictures(test, columns));
  const picture = tf.tidy(() => imageGrid(tf.sub(1, tf.concat(parts)), { columns, gap: 2, background: 1 }));
  const png = await encodePng(picture, { scale: SCALE });
  tf.dispose([...parts, picture, trained]);
  classifier.dispose();
  return png;
}
