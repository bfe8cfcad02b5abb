import * as tf from '@tensorflow/tfjs';

/** Pictures at `size` x `size`: means of parts if these have whole pixels, otherwise interpolated. */
export function resized(pictures: tf.Tensor, size: number): tf.Tensor {
  const [, height, width] = pictures.shape as [number, number, number, number];
  if (height === size && width === size) return tf.clone(pictures);
  const part: [number, number] = [height / size, width / size];
  return part.every(Number.isInteger)
    ? tf.avgPool(pictures as tf.Tensor4D, part, part, 'valid')
    : tf.image.resizeBilinear(pictures as tf.Tensor4D, [size, size], false, true);
}
