import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from 'tfjs-generative';

/** Makes black and white pictures from grey ones: each pixel is white with a probability equal to its grey value. */
export function binaryPixels(images: tf.Tensor, random: RandomStream): tf.Tensor {
  return tf.tidy(() => tf.cast(tf.less(random.uniform(images.shape), images), 'float32'));
}
