import * as tf from '@tensorflow/tfjs';
import type { Classifier } from '../shared/classifier.js';
import type { ColourPictures } from './data.js';

/** The pixels of pictures in [0, 1], `[n, height, width, 3]`; the caller disposes it. */
export function pixelsOf({ images: { data, shape } }: ColourPictures): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.tensor4d(Float32Array.from(data), [...shape]), 255));
}

/** The mean over classes of the share of its pictures that a classifier tells right, so that each class counts the same. */
export async function toldRight(
  classifier: Classifier,
  pictures: ColourPictures,
): Promise<{ share: number; ofClasses: number[] }> {
  const x = pixelsOf(pictures);
  const guesses = await guessesOf(classifier, x);
  x.dispose();
  return shareRight(guesses, pictures.labels.data, pictures.classes.length);
}

async function guessesOf(classifier: Classifier, x: tf.Tensor): Promise<ArrayLike<number>> {
  const guesses = tf.tidy(() => tf.argMax(classifier.probabilities(x), 1));
  const values = await guesses.data();
  guesses.dispose();
  return values;
}

function shareRight(guesses: ArrayLike<number>, labels: ArrayLike<number>, classes: number) {
  const [all, right] = [new Array<number>(classes).fill(0), new Array<number>(classes).fill(0)];
  for (let i = 0; i < labels.length; i++) {
    all[labels[i]!]!++;
    if (guesses[i] === labels[i]) right[labels[i]!]!++;
  }
  const present = [...all.keys()].filter((label) => all[label]! > 0);
  const ofClasses = all.map((count, label) => right[label]! / count);
  return { share: present.reduce((sum, label) => sum + ofClasses[label]!, 0) / present.length, ofClasses };
}
