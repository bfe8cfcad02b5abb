import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkBoolean, checkImages, checkNumber } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { madeBy } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';

/** A random change of pictures that also says what it changed. {@link conditionedAugmentation} makes one. */
export interface ConditionedAugmentation {
  /** Numbers that describe the change of a picture. All are 0 for a picture that is not changed. */
  readonly size: number;
  /**
   * Changes each picture by its own random numbers.
   *
   * @param images - float32 `[batch, height, width, channels]`
   * @param random - where the numbers come from
   * @returns the pictures, and float32 `[batch, size]`; the caller disposes both
   */
  apply(images: Tensor, random: RandomStream): { readonly images: Tensor; readonly changes: Tensor };
}

/** Options of {@link conditionedAugmentation}; a change whose option is 0 or false is left out. */
export interface ConditionedAugmentationOptions {
  /** The share of pictures to which each change is applied, in (0, 1]; default 0.12. Flips are applied to half of the pictures. */
  readonly share?: number | undefined;
  /** Whether pictures are mirrored from left to right; default true. */
  readonly flip?: boolean | undefined;
  /** Whether they are mirrored from top to bottom; default false. */
  readonly flipVertically?: boolean | undefined;
  /** Standard deviation of shifts, as a share of height and width; default 0.125. */
  readonly shift?: number | undefined;
  /** The largest angle of a rotation, in radians, at most pi; default pi. */
  readonly rotation?: number | undefined;
  /** Standard deviation of the logarithm of the size, to the base 2; default 0.2. */
  readonly scale?: number | undefined;
  /** Standard deviation of the brightness that is added, and of the logarithm of the contrast, to the base 2; default 0.2. */
  readonly colour?: number | undefined;
}

/**
 * Changes pictures at random for the training of a denoiser, and tells its network how, so that samples are not changed: sampling without
 * these numbers asks for pictures as they are.
 *
 * Flips, rotations, sizes and shifts are one affine map about the centre, by bilinear interpolation, and the border is reflected. Then
 * out = 2^c (x - mean(x)) + mean(x) + b changes contrast and brightness. The numbers of a picture are 0 or 1 for each flip; cos a - 1, sin a of the
 * angle; and the shift, size, contrast and brightness in standard deviations.
 *
 * @param options - see {@link ConditionedAugmentationOptions}
 * @returns an augmentation for the option `augment` of `createDiffusionTrainer`. The denoiser's network needs
 *   `classes: labels + augmentation.size`, where `labels` is the number of your own classes, or 0
 * @throws TypeError or RangeError if an option is wrong, or if nothing is changed
 * @example
 * ```ts
 * const augment = conditionedAugmentation({ rotation: 0.3 });
 * const network = unet({ channels: 3, widths: [32, 64], classes: 2 + augment.size, random });
 * ```
 * @see Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, appendix F.2,
 *   https://arxiv.org/abs/2206.00364
 */
export function conditionedAugmentation(options: ConditionedAugmentationOptions = {}): ConditionedAugmentation {
  const where = 'conditionedAugmentation';
  const atLeast0 = { is: checkNumber, least: 0 };
  const read = readOptions(where, options, {
    share: { is: checkNumber, default: 0.12, above: 0, most: 1 },
    flip: { is: checkBoolean, default: true },
    flipVertically: { is: checkBoolean, default: false },
    shift: { ...atLeast0, default: 0.125 },
    rotation: { ...atLeast0, default: Math.PI, most: Math.PI },
    scale: { ...atLeast0, default: 0.2 },
    colour: { ...atLeast0, default: 0.2 },
  });
  const { share, flip, flipVertically, shift, rotation, scale, colour } = read;
  const isUsed = [
    flip,
    flipVertically,
    shift > 0,
    shift > 0,
    rotation > 0,
    rotation > 0,
    scale > 0,
    colour > 0,
    colour > 0,
  ];
  const kept = [...isUsed.keys()].filter((i) => isUsed[i]);
  if (kept.length === 0) throw outOfRange(where, 'options', 'must leave a change', { seen: 'none' });
  return madeBy(where, read, {
    size: kept.length,
    apply: (images: Tensor, random: RandomStream) => {
      checkImages(where, 'images', images);
      checkRandom(where, 'random', random);
      const [batch, height, width] = images.shape as [number, number, number, number];
      return tf.tidy(() => {
        const some = (columns: number, ofAll: number): Tensor =>
          tf.cast(tf.less(random.uniform([batch, columns]), ofAll), 'float32');
        /** Normal numbers for some of the pictures, 0 for the others; each kind of change is drawn by itself. */
        const normal = (columns: number): Tensor => tf.mul(some(1, share), random.normal([batch, columns]));
        const flips = tf.mul(some(2, 0.5), tf.tensor2d([[Number(flip), Number(flipVertically)]]));
        const moves = normal(2);
        const angle = tf.mul(some(1, share), tf.mul(rotation, random.uniform([batch, 1], -1, 1)));
        const size = normal(1);
        const colours = normal(2);
        const [cos, sin] = [tf.sin(tf.add(angle, Math.PI / 2)), tf.sin(angle)];
        const all = tf.concat([flips, moves, tf.sub(cos, 1), sin, size, colours], 1);
        const changes = tf.gather(all, tf.tensor1d(kept, 'int32'), 1);

        const isMoved = flip || flipVertically || shift > 0 || rotation > 0 || scale > 0;
        const turns = { flips, cos, sin, shrink: tf.exp(tf.mul(-scale * Math.LN2, size)) };
        const places = placesRead({ height, width, moves: tf.mul(shift, moves), ...turns });
        const warped = isMoved ? readAt(images, ...places) : images;
        return { images: colour > 0 ? recoloured(warped, colours, colour) : tf.clone(warped), changes };
      });
    },
  });
}

interface Affine {
  readonly height: number;
  readonly width: number;
  readonly flips: Tensor;
  readonly moves: Tensor;
  readonly cos: Tensor;
  readonly sin: Tensor;
  readonly shrink: Tensor;
}

/** Where the pixels of the output are in the input, x and y, each `[batch, height * width]`: a map about the centre of the picture. */
function placesRead({ height, width, flips, moves, cos, sin, shrink }: Affine): [Tensor, Tensor] {
  const [x0, y0] = [(width - 1) / 2, (height - 1) / 2];
  const pixels = tf.range(0, height * width);
  const line = tf.floor(tf.div(tf.add(pixels, 0.5), width));
  const [right, down] = tf.split(moves, 2, 1) as [Tensor, Tensor];
  const x = tf.sub(tf.sub(tf.sub(pixels, tf.mul(width, line)), x0), tf.mul(width, right));
  const y = tf.sub(tf.sub(line, y0), tf.mul(height, down));
  const [mirrorX, mirrorY] = tf.split(tf.mul(shrink, tf.sub(1, tf.mul(2, flips))), 2, 1) as [Tensor, Tensor];
  return [
    tf.add(x0, tf.mul(mirrorX, tf.add(tf.mul(cos, x), tf.mul(sin, y)))),
    tf.add(y0, tf.mul(mirrorY, tf.sub(tf.mul(cos, y), tf.mul(sin, x)))),
  ];
}

/** Pictures read between their pixels, bilinearly. `tf.image.transform` is not used: on cpu and wasm it takes 0 for pixels beyond the border. */
function readAt(images: Tensor, x: Tensor, y: Tensor): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const [left, top] = [tf.floor(x), tf.floor(y)];
  const rows = tf.reshape(images, [batch * height * width, channels]);
  const first = tf.reshape(tf.mul(tf.range(0, batch), height * width), [batch, 1]);
  const reflected = (i: Tensor, n: number): Tensor => {
    const turn = tf.sub(i, tf.mul(2 * n, tf.floor(tf.div(i, 2 * n))));
    return tf.minimum(turn, tf.sub(2 * n - 1, turn));
  };
  const at = (right: number, down: number): Tensor => {
    const place = tf.add(tf.mul(reflected(tf.add(top, down), height), width), reflected(tf.add(left, right), width));
    return tf.gather(rows, tf.cast(tf.round(tf.reshape(tf.add(first, place), [-1])), 'int32'));
  };
  const [a, b] = [tf.sub(x, left), tf.sub(y, top)].map((share) => tf.reshape(share, [-1, 1])) as [Tensor, Tensor];
  const between = (one: Tensor, other: Tensor, share: Tensor): Tensor => tf.add(one, tf.mul(share, tf.sub(other, one)));
  return tf.reshape(between(between(at(0, 0), at(1, 0), a), between(at(0, 1), at(1, 1), a), b), images.shape);
}

/** Contrast about the mean of each picture, then brightness. */
function recoloured(images: Tensor, colours: Tensor, colour: number): Tensor {
  const [contrast, brightness] = tf.split(tf.mul(colour, tf.reshape(colours, [-1, 1, 1, 2])), 2, 3) as [Tensor, Tensor];
  const mean = tf.mean(images, [1, 2, 3], true);
  return tf.add(tf.mul(tf.exp(tf.mul(Math.LN2, contrast)), tf.sub(images, mean)), tf.add(mean, brightness));
}
