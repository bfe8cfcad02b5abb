import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from 'tfjs-generative';

/** Black and white pictures from grey ones: a pixel is white with the probability of its grey value. */
export function binaryPixels(images: tf.Tensor, random: RandomStream): tf.Tensor {
  return tf.tidy(() => tf.cast(tf.less(random.uniform(images.shape), images), 'float32'));
}
