import * as tf from '@tensorflow/tfjs';
import { frechetDistance, kernelDistance, precisionRecall } from 'tfjs-generative/metrics';
import { classifierFeatures, loadClassifier, type Classifier } from './classifier.js';
import { firstPictures } from './flat-images.js';
import { CLASSES, type LabelledImages } from './image-data.js';

/** Samples to compare with as many test images, if there are that many. */
const SAMPLES = 10_000;

/** The shares of the ten classes among samples. */
export interface ClassShares {
  readonly shares: readonly number[];
  readonly least: number;
  readonly most: number;
}

/** How far samples are from test images, and the protocol of each measure. */
export interface ImageMeasures {
  readonly classes: ClassShares;
  readonly frechetDistance: number;
  readonly kernelDistance: number;
  readonly precision: number;
  readonly recall: number;
  readonly protocols: Readonly<Record<string, string>>;
}

/** How many samples {@link measureImages} wants. */
export function samplesFor(test: LabelledImages): number {
  return Math.min(SAMPLES, test.images.shape[0]);
}

/**
 * Compares samples with as many test images, in the classifier's features.
 *
 * @param samples - `[n, 28, 28, 1]` in [0, 1], n = samplesFor(test)
 * @param options - `test` and the `seed` for the protocols
 */
export async function measureImages(
  samples: tf.Tensor,
  { test, seed }: { readonly test: LabelledImages; readonly seed: number },
): Promise<ImageMeasures> {
  const classifier = await loadClassifier();
  const [count] = samples.shape as [number];
  const [a, b] = [classifier.features(samples), featuresOf(classifier, test, count)];

  const options = { features: classifierFeatures, seed };
  const classes = await classShares(classifier, samples);
  const frechet = await frechetDistance(a, b, options);
  const kernel = await kernelDistance(a, b, options);
  const { precision, recall, protocol } = await precisionRecall(b, a, options);
  tf.dispose([a, b]);
  classifier.dispose();
  return {
    classes,
    frechetDistance: frechet.value,
    kernelDistance: kernel.value,
    precision,
    recall,
    protocols: {
      classes: `most probable class of ${count} samples by the Fashion-MNIST classifier of the examples, seed ${seed}`,
      frechetDistance: frechet.protocol,
      kernelDistance: kernel.protocol,
      precisionRecall: protocol,
    },
  };
}

/** The classifier's features of the first images, `[count, 64]`. */
export function featuresOf(classifier: Classifier, part: LabelledImages, count: number): tf.Tensor {
  return tf.tidy(() => classifier.features(firstPictures(part, count)));
}

/** The shares of the classes among samples, according to the classifier. */
export async function classShares(classifier: Classifier, samples: tf.Tensor): Promise<ClassShares> {
  const guesses = tf.tidy(() => tf.argMax(classifier.probabilities(samples), 1));
  const counts = new Array<number>(CLASSES).fill(0);
  for (const guess of await guesses.data()) counts[guess]!++;
  guesses.dispose();
  const shares = counts.map((count) => count / samples.shape[0]);
  return { shares, least: Math.min(...shares), most: Math.max(...shares) };
}

/** Prints each measure above its protocol. */
export function printMeasures(measures: ImageMeasures): void {
  const { classes, frechetDistance, kernelDistance, precision, recall, protocols } = measures;
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const lines = {
    classes: `classes ${classes.shares.map(percent).join(' ')}`,
    frechetDistance: `Frechet distance ${frechetDistance.toFixed(2)}`,
    kernelDistance: `kernel distance ${kernelDistance.toFixed(2)}`,
    precisionRecall: `precision ${percent(precision)}, recall ${percent(recall)}`,
  };
  for (const [name, line] of Object.entries(lines)) console.log(`${line}\n  ${protocols[name]}`);
}
