import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import type { Pictures } from './image-data.js';

/** Images as rows of pixels: host data of shape [n, pixels]. */
export function flatImages({ images }: Pictures): { data: Uint8Array; shape: [number, number] } {
  const count = images.shape[0];
  return { data: images.data, shape: [count, images.data.length / count] };
}

/** The first images as rows of pixels in [0, 1], `[count, pixels]`. */
export function firstImages(part: Pictures, count: number): tf.Tensor {
  const { data, shape } = flatImages(part);
  const n = Math.min(count, shape[0]);
  return tf.tidy(() => tf.div(tf.tensor2d(Float32Array.from(data.subarray(0, n * shape[1])), [n, shape[1]]), 255));
}

/** The first images as pictures in [0, 1], `[count, height, width, channels]`. */
export function firstPictures(part: Pictures, count: number): tf.Tensor {
  const [, height, width, channels] = part.images.shape;
  return tf.tidy(() => tf.reshape(firstImages(part, count), [-1, height, width, channels]));
}

/** Makes black and white pictures from grey ones: each pixel is white with a probability equal to its grey value. */
export function binaryPixels(images: tf.Tensor, random: RandomStream): tf.Tensor {
  return tf.tidy(() => tf.cast(tf.less(random.uniform(images.shape), images), 'float32'));
}
