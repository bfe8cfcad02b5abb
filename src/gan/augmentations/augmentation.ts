import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkFloat, checkFunction, checkImages } from '../../tensor/checks.js';
import { note } from '../../tensor/made-by.js';

/**
 * A random, differentiable change of a batch, applied to both data and fakes before the discriminator sees them. Each example
 * has its own random numbers, drawn from the stream that is passed in. `step` is the number of the discriminator's updates so
 * far, for changes that depend on the progress of training.
 *
 * {@link randomTranslation}, {@link randomCutout}, {@link randomColor} and {@link instanceNoise} make such functions; you
 * can also write one by hand.
 *
 * @example
 * ```ts
 * const brighter: Augmentation = (images, random) =>
 *   tf.add(images, random.uniform([images.shape[0]!, 1, 1, 1], 0, 0.1));
 * console.log(brighter(tf.zeros([3, 8, 8, 1]), createRandom(1)).shape); // [3, 8, 8, 1]
 * ```
 */
export type Augmentation = (images: Tensor, random: RandomStream, step?: number) => Tensor;

/**
 * Chains several augmentations: the first is applied first, and draws first from the stream.
 *
 * @param list - any number of {@link Augmentation}s; with none, the result is a copy
 * @returns an augmentation
 * @throws TypeError if an argument is not a function
 * @remarks What Zhao et al. call "color,translation,cutout" is
 * `augmentations(randomColor(), randomTranslation(), randomCutout())`.
 * @example
 * ```ts
 * const augment = augmentations(randomTranslation(), randomCutout());
 * console.log(augment(tf.ones([5, 8, 8, 3]), createRandom(1)).shape); // [5, 8, 8, 3]
 * ```
 * @see Zhao et al. 2020, https://arxiv.org/abs/2006.10738
 */
export function augmentations(
  ...list: readonly ((images: Tensor, random: RandomStream, step: number) => Tensor)[]
): Augmentation {
  list.forEach((augmentation, i) => checkFunction('augmentations', `list[${i}]`, augmentation));
  const all: Augmentation = (images, random, step) => {
    checkFloat('augmentations', 'images', images);
    return tf.tidy(() =>
      // A clone, so that the caller may dispose the output and keep the input. An augmentation that needs a step reports
      // that it is missing.
      list.reduce((changed, augmentation, i) => {
        const next = augmentation(changed, random, step as number);
        checkFloat('augmentations', `list[${i}](...)`, next);
        return next;
      }, tf.clone(images)),
    );
  };
  return note(all, { kind: 'augmentations', options: { list } });
}

/** The sizes of a batch of images; throws unless `images` is one and `random` is a stream. */
export function readImages(
  where: string,
  images: Tensor,
  random: RandomStream,
): { batch: number; height: number; width: number; channels: number } {
  checkImages(where, 'images', images);
  checkRandom(where, 'random', random);
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  return { batch, height, width, channels };
}
