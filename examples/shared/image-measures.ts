import * as tf from '@tensorflow/tfjs-core';
import { frechetDistance, kernelDistance, precisionRecall } from 'tfjs-generative/metrics';
import { loadAutoencoder } from './autoencoder.js';
import { loadClassifier, type Classifier } from './classifier.js';
import type { FeatureNetwork } from './feature-network.js';
import { firstPictures } from './flat-images.js';
import { CLASSES, type LabelledImages } from './image-data.js';

/** Number of samples to compare with the same number of test images, if there are that many. */
const SAMPLES = 10_000;

/** The shares of the ten classes among samples. */
export interface ClassShares {
  readonly shares: readonly number[];
  readonly least: number;
  readonly most: number;
}

/** The distances of samples from test images in the features of one network, and the protocol of each measure. */
export interface FeatureMeasures {
  readonly frechetDistance: number;
  readonly kernelDistance: number;
  readonly precision: number;
  readonly recall: number;
  readonly protocols: Readonly<Record<string, string>>;
}

/** The distances of samples from test images in the classifier's features, and in those of the autoencoder. */
export interface ImageMeasures extends FeatureMeasures {
  readonly classes: ClassShares;
  readonly autoencoder: FeatureMeasures;
}

/** Two kinds of networks provide features, because a result in the features of one network may hold only there. */
export interface Eyes {
  /** Trained with labels: sensitive to what distinguishes classes. */
  readonly classifier: Classifier;
  /** Trained without labels: sensitive to the grey value of each region. */
  readonly autoencoder: FeatureNetwork;
  dispose(): void;
}

/** Loads both included networks. */
export async function loadEyes(): Promise<Eyes> {
  const [classifier, autoencoder] = [await loadClassifier(), await loadAutoencoder()];
  return { classifier, autoencoder, dispose: () => [classifier, autoencoder].forEach((network) => network.dispose()) };
}

/** How many samples {@link measureImages} needs. */
export function samplesFor(test: LabelledImages): number {
  return Math.min(SAMPLES, test.images.shape[0]);
}

/**
 * Compares samples with the same number of test images, in the features of both networks.
 *
 * @param samples - `[n, 28, 28, 1]` in [0, 1], n = samplesFor(test)
 * @param options - `test` and the `seed` for the protocols
 */
export async function measureImages(
  samples: tf.Tensor,
  { test, seed }: { readonly test: LabelledImages; readonly seed: number },
): Promise<ImageMeasures> {
  const eyes = await loadEyes();
  const [count] = samples.shape as [number];
  const real = firstPictures(test, count);
  const classes = await classShares(eyes.classifier, samples);
  const { protocols, ...measures } = await measureIn(eyes.classifier, { samples, real, seed });
  const autoencoder = await measureIn(eyes.autoencoder, { samples, real, seed });
  real.dispose();
  eyes.dispose();
  const ofClasses = `most probable class of ${count} samples by the Fashion-MNIST classifier of the examples, seed ${seed}`;
  return { classes, ...measures, protocols: { classes: ofClasses, ...protocols }, autoencoder };
}

interface Pair {
  readonly samples: tf.Tensor;
  readonly real: tf.Tensor;
  readonly seed: number;
}

async function measureIn(network: FeatureNetwork, { samples, real, seed }: Pair): Promise<FeatureMeasures> {
  const [a, b] = [network.features(samples), network.features(real)];
  const options = { features: network.name, seed };
  const frechet = await frechetDistance(a, b, options);
  const kernel = await kernelDistance(a, b, options);
  const { precision, recall, protocol } = await precisionRecall(b, a, options);
  tf.dispose([a, b]);
  return {
    frechetDistance: frechet.value,
    kernelDistance: kernel.value,
    precision,
    recall,
    protocols: { frechetDistance: frechet.protocol, kernelDistance: kernel.protocol, precisionRecall: protocol },
  };
}

/** A network's features of the first images, `[count, d]`. */
export function featuresOf(network: FeatureNetwork, part: LabelledImages, count: number): tf.Tensor {
  return tf.tidy(() => network.features(firstPictures(part, count)));
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

/** Prints each measure, in the classifier's features and then in the autoencoder's, above its protocol. */
export function printMeasures({ classes, autoencoder, ...measures }: ImageMeasures): void {
  console.log(`classes ${classes.shares.map(percent).join(' ')}\n  ${measures.protocols['classes']}`);
  for (const { frechetDistance, kernelDistance, precision, recall, protocols } of [measures, autoencoder]) {
    const lines = {
      frechetDistance: `Frechet distance ${frechetDistance.toFixed(2)}`,
      kernelDistance: `kernel distance ${kernelDistance.toFixed(2)}`,
      precisionRecall: `precision ${percent(precision)}, recall ${percent(recall)}`,
    };
    for (const [name, line] of Object.entries(lines)) console.log(`${line}\n  ${protocols[name]}`);
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
