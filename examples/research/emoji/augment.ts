import * as tf from '@tensorflow/tfjs';
import {
  augmentations,
  instanceNoise,
  randomColor,
  randomCutout,
  randomTranslation,
  type RandomStream,
} from 'tfjs-generative';

/** The categories of emoji whose drawings mean the same when mirrored, unlike flags, clock faces, letters and arrows. */
const MIRRORED = ['Animals & Nature', 'Food & Drink', 'People & Body', 'Smileys & Emotion'];

/** The labels of the classes whose pictures may be mirrored: none, unless they are categories of emoji. */
export function mirroredClasses(classes: readonly string[]): number[] {
  return [...classes.keys()].filter((label) => MIRRORED.includes(classes[label]!));
}

/** Mirrors each picture with probability 1/2 if its label is one of `classes`. */
export function randomMirror(
  pictures: tf.Tensor,
  { labels, classes, random }: { labels: tf.Tensor; classes: readonly number[]; random: RandomStream },
): tf.Tensor {
  if (classes.length === 0) return tf.clone(pictures);
  return tf.tidy(() => {
    const may = tf.any(tf.equal(tf.expandDims(labels, 1), tf.tensor2d([[...classes]], undefined, 'int32')), 1);
    const chosen = tf.logicalAnd(may, tf.less(random.uniform([pictures.shape[0]]), 0.5));
    return tf.where(tf.reshape(chosen, [-1, 1, 1, 1]), tf.reverse(pictures, 2), pictures);
  });
}

const moved = augmentations(randomTranslation({ fraction: 1 / 8 }), randomCutout({ fraction: 1 / 4 }));
const recoloured = augmentations(
  randomColor({ brightness: 0.1, saturation: 0.5, contrast: 0.25 }),
  instanceNoise({ standardDeviation: 0.02 }),
);

/**
 * Changes what should not affect a classifier: the position of a drawing, its exact colours, any single part of it, and a little noise.
 * Regions that a shift or a hole uncovers get the colour of the picture's first pixel.
 */
export function varied(pictures: tf.Tensor, random: RandomStream): tf.Tensor {
  return tf.tidy(() => {
    const background = tf.slice(pictures, [0, 0, 0, 0], [-1, 1, 1, -1]);
    const placed = tf.add(moved(tf.sub(pictures, background), random), background);
    return recoloured(placed, random);
  });
}
