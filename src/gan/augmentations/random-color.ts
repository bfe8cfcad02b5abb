import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber } from '../../tensor/checks.js';
import { readImages, type Augmentation } from './augmentation.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** Options of {@link randomColor}: each bounds how far a random number is from the value that changes nothing. */
export interface RandomColorOptions {
  /** A number uniform in [-brightness, brightness) is added; at least 0; default 0.5. */
  readonly brightness?: number | undefined;
  /** The distance from grey is multiplied by a number uniform in [1 - saturation, 1 + saturation); at least 0; default 1. */
  readonly saturation?: number | undefined;
  /** The distance from the image's mean is multiplied by a number uniform in [1 - contrast, 1 + contrast); at least 0; default 0.5. */
  readonly contrast?: number | undefined;
}

/**
 * Changes the brightness, the saturation and the contrast of each image, in this order.
 *
 * a = image + u_brightness, b = grey(a) + u_saturation (a - grey(a)), out = mean(b) + u_contrast (b - mean(b)); where grey is
 * the mean over the channels of a pixel and mean is the mean over the image
 *
 * It draws `uniform([batch, 1, 1, 1])` for each of the three, in this order. A change whose option is 0 is skipped and draws
 * nothing. So is the change of saturation for images with one channel, which are grey.
 *
 * @param options - see {@link RandomColorOptions}
 * @returns an {@link Augmentation} of float32 `[batch, height, width, channels]`; it throws TypeError or {@link ShapeError} for
 *   anything else
 * @throws TypeError or RangeError if an option is negative
 * @remarks Values may leave the interval of the data: nothing is clipped, because that would also clip gradients. The paper's
 * images are in [-1, 1]; for images in [0, 1] the same brightness is 0.25.
 * @example
 * ```ts
 * const dimmed = randomColor({ brightness: 0.25 })(tf.fill([4, 8, 8, 3], 0.5), createRandom(1));
 * console.log(dimmed.shape); // [4, 8, 8, 3]
 * ```
 * @see Zhao et al. 2020, section 4, https://arxiv.org/abs/2006.10738
 */
export function randomColor(options: RandomColorOptions = {}): Augmentation {
  const where = 'randomColor';
  const read = readOptions(where, options, {
    brightness: { is: checkNumber, default: 0.5, least: 0 },
    saturation: { is: checkNumber, default: 1, least: 0 },
    contrast: { is: checkNumber, default: 0.5, least: 0 },
  });
  const { brightness, saturation, contrast } = read;
  return madeBy(where, read, (images, random) => {
    const { batch, channels } = readImages(where, images, random);
    const draw = (around: number, most: number): Tensor =>
      random.uniform([batch, 1, 1, 1], around - most, around + most);
    return tf.tidy(() => {
      const added = brightness > 0 ? draw(0, brightness) : tf.scalar(0);
      const purity = saturation > 0 && channels > 1 ? draw(1, saturation) : undefined;
      const factor = contrast > 0 ? draw(1, contrast) : tf.scalar(1);
      // All three changes in one, with few passes over the pixels. The mean of b is that of a, so
      // out = u_contrast (u_saturation image + (1 - u_saturation) grey(image)) + (1 - u_contrast) mean(image) + u_brightness.
      const mean = tf.mean(images, [1, 2, 3], true);
      const offset = tf.add(added, tf.mul(tf.sub(1, factor), mean));
      const colors = purity === undefined ? images : mixChannels(images, purity);
      return tf.add(tf.mul(factor, colors), offset);
    });
  });
}

/** u x + (1 - u) grey(x): a product with u I + (1 - u) / channels for each image. */
function mixChannels(x: Tensor, u: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const mix = tf.reshape(u, [batch, 1, 1]);
  const matrices = tf.add(tf.mul(mix, tf.eye(channels)), tf.div(tf.sub(1, mix), channels));
  return tf.reshape(tf.matMul(tf.reshape(x, [batch, height * width, channels]), matrices), x.shape);
}
