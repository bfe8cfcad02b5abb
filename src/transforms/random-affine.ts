import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import { checkBoolean, checkNumber } from '../tensor/checks.js';
import { madeBy } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import type { Batch } from '../training/data/batch.js';
import { changedBatch } from './changed-batch.js';
import { warped } from './read-places.js';

/** Options of {@link randomAffine}. Each bounds a random number; a change that is left out is not made. */
export interface RandomAffineOptions {
  /** Whether half of the pictures are mirrored from left to right; false by default. */
  readonly flip?: boolean | undefined;
  /** Whether half of them are mirrored from top to bottom; false by default. */
  readonly flipVertically?: boolean | undefined;
  /** Pictures move right and down by shares of their width and height that are uniform in [-shift, shift); at least 0; default 0. */
  readonly shift?: number | undefined;
  /** They turn by an angle in radians, uniform in [-rotation, rotation); 0 to pi; default 0. A positive angle is clockwise. */
  readonly rotation?: number | undefined;
  /** They are resized by a factor uniform in [1 - scale, 1 + scale); from 0 to below 1; default 0. */
  readonly scale?: number | undefined;
}

/** The rules of {@link RandomAffineOptions}, with a default for each. */
export const affineRules = {
  flip: { is: checkBoolean, default: false },
  flipVertically: { is: checkBoolean, default: false },
  shift: { is: checkNumber, default: 0, least: 0 },
  rotation: { is: checkNumber, default: 0, least: 0, most: Math.PI },
  scale: { is: checkNumber, default: 0, least: 0, below: 1 },
} as const;

/**
 * Mirrors, resizes, turns and shifts each picture of a batch about its centre, by random numbers of its own.
 *
 * out(p) = picture(c + F R^-1 (p - c - d) / s), where c is the centre, F mirrors, R turns by the angle, s is the factor of the size, and d is the shift
 *
 * Pixels are interpolated bilinearly, and a picture continues beyond its border as in a mirror. Numbers stay in the range of the picture.
 *
 * It draws `uniform([batch, 6], -1, 1)`: whether to flip, and to flip vertically (if below 0); right, down, angle and size.
 *
 * @param options - see {@link RandomAffineOptions}; without any, pictures stay as they are
 * @returns a `transform` for `batches`: from a batch of pictures, float32 `[batch, height, width, channels]` or `{ x, condition }`, to one of the
 *   same shape and condition. It throws TypeError or `ShapeError` for other batches. The caller disposes the pictures
 * @throws TypeError or RangeError if an option is wrong
 * @remarks A model of changed pictures makes changed pictures: give it only changes that new pictures may have. For a denoiser,
 * {@link conditionedAugmentation} has no such limit. Places are rounded to 2^-10 pixels.
 * @example
 * ```ts
 * const transform = randomAffine({ flip: true, shift: 0.05, rotation: 0.1, scale: 0.1 });
 * const source = batches(images, { batchSize: 8, random: createRandom(1), transform });
 * for await (const x of source) { console.log(x.shape); break; } // [8, 8, 8, 1]
 * ```
 * @see Karras et al. 2020, appendix B, https://arxiv.org/abs/2006.06676
 */
export function randomAffine(
  options: RandomAffineOptions = {},
): <B extends Batch>(batch: B, random: RandomStream) => B {
  const where = 'randomAffine';
  const read = readOptions(where, options, affineRules);
  return madeBy(where, read, <B extends Batch>(batch: B, random: RandomStream): B =>
    tf.tidy(() =>
      changedBatch(where, batch, random, (images) => {
        const all = random.uniform([images.shape[0], 6], -1, 1);
        const [flip, flop, ...numbers] = tf.split(all, 6, 1) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
        return affine(images, [isBelow0(flip), isBelow0(flop), ...numbers], read).images;
      }),
    ),
  );
}

/** 1 for numbers below 0, and 0 for others. */
export const isBelow0 = (numbers: Tensor): Tensor => tf.cast(tf.less(numbers, 0), 'float32');

/** Numbers of the changes, each `[batch, 1]`: flips are 0 or 1, the others in [-1, 1]. */
type Numbers = readonly [flip: Tensor, flop: Tensor, right: Tensor, down: Tensor, turn: Tensor, size: Tensor];

/** {@link RandomAffineOptions} with their defaults. */
type Bounds = { readonly [Name in keyof RandomAffineOptions]-?: Exclude<RandomAffineOptions[Name], undefined> };

/** Pictures changed by these numbers times their bounds, and the numbers that describe all changes: 0 where a picture stays as it is. */
export function affine(
  images: Tensor,
  [flips, flops, right, down, turn, size]: Numbers,
  { flip, flipVertically, shift, rotation, scale }: Bounds,
): { readonly images: Tensor; readonly changes: readonly Tensor[] } {
  const angle = tf.mul(rotation, turn);
  // cos a - 1 = -2 sin^2(a / 2), accurate near 0
  const cosMinus1 = tf.mul(-2, tf.square(tf.sin(tf.div(angle, 2))));
  const sin = tf.sin(angle);
  const isUsed = flip || flipVertically || shift > 0 || rotation > 0 || scale > 0;
  const map = {
    flip: tf.mul(Number(flip), flips),
    flipVertically: tf.mul(Number(flipVertically), flops),
    right: tf.mul(shift, right),
    down: tf.mul(shift, down),
    cos: tf.add(1, cosMinus1),
    sin,
    factor: tf.add(1, tf.mul(scale, size)),
  };
  return {
    images: isUsed ? warped(images, map) : images,
    changes: [flips, flops, right, down, cosMinus1, sin, size],
  };
}
