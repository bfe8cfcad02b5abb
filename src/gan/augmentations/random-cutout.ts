import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import type { RandomStream } from '../../random/stream.js';
import { checkNumber } from '../../tensor/checks.js';
import { readImages, type Augmentation } from './augmentation.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Sets a rectangle of each image to 0 in all channels.
 *
 * out = image * (1 - inside), hole = floor(fraction * size + 1/2), start = middle - floor(hole / 2) in rows and in columns, where the
 * middle is an integer in [0, size] for even holes and in [0, size) for odd ones, all equally likely. The part outside the image is cut
 * off.
 *
 * It draws `integers([batch, 1])` twice: the middle's row, then its column.
 *
 * @param options - the size of the rectangle
 * @returns an {@link Augmentation} of float32 `[batch, height, width, channels]`; it throws TypeError or {@link ShapeError} for
 *   anything else
 * @throws TypeError or RangeError if `fraction` is not in [0, 1]
 * @example
 * ```ts
 * const images = tf.ones([100, 8, 8, 1]);
 * const [left = 0] = await tf.mean(randomCutout()(images, createRandom(2))).data();
 * console.log(left > 0.75 && left < 0.85); // true: a hole of 4 x 4 may be partly outside
 * ```
 * @see Zhao et al. 2020, section 4, https://arxiv.org/abs/2006.10738; DeVries and Taylor 2017, https://arxiv.org/abs/1708.04552
 */
export function randomCutout(
  options: {
    /** The sides of the hole as a fraction of the image's height and width, in [0, 1]; default 1/2. */
    readonly fraction?: number | undefined;
  } = {},
): Augmentation {
  const where = 'randomCutout';
  const read = readOptions(where, options, { fraction: { is: checkNumber, default: 0.5, least: 0, most: 1 } });
  const { fraction } = read;
  return madeBy(where, read, (images, random) => {
    const { batch, height, width } = readImages(where, images, random);
    return tf.tidy(() => {
      const kept = stopGradient(() => {
        const rows = tf.reshape(inHole(batch, height, fraction, random), [batch, height, 1, 1]);
        const columns = tf.reshape(inHole(batch, width, fraction, random), [batch, 1, width, 1]);
        return tf.sub(1, tf.mul(rows, columns));
      });
      return tf.mul(images, kept);
    });
  });
}

/** `[batch, size]`: 1 where a row or column belongs to the hole, 0 elsewhere. */
function inHole(batch: number, size: number, fraction: number, random: RandomStream): Tensor {
  const hole = Math.floor(fraction * size + 0.5);
  const middle = tf.cast(random.integers([batch, 1], 0, size + 1 - (hole % 2)), 'float32');
  // The hole consists of the pixels less than hole / 2 away from its centre; none is at exactly that distance.
  const center = tf.add(middle, (hole - 1) / 2 - Math.floor(hole / 2));
  return tf.step(tf.sub(hole / 2, tf.abs(tf.sub(tf.range(0, size), center))));
}
