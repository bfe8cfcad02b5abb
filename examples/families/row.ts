import * as tf from '@tensorflow/tfjs';
import { densityCoverage, nearestNeighbours, sharpness } from 'tfjs-generative/metrics';
import { classifierFeatures, loadClassifier } from '../shared/classifier.js';
import { firstPictures } from '../shared/flat-images.js';
import type { LabelledImages } from '../shared/image-data.js';
import { measureImages, featuresOf, type ImageMeasures } from '../shared/image-measures.js';
import type { Bound } from './family.js';

/** What is measured of a set of images. */
export interface Measured extends ImageMeasures {
  readonly density: number;
  readonly coverage: number;
  /** As a share of that of the test images. */
  readonly sharpness: number;
  /** The shares of copies of training images, and of images that are no closer to one than others are: see nearestNeighbours. */
  readonly duplicates: number;
  readonly authenticity: number;
}

/** A row of the table. */
export interface Row extends Measured {
  readonly name: string;
  readonly seed: number;
  /** Absent for data. */
  readonly steps?: number;
  readonly trainingSeconds?: number;
  readonly millisecondsPerImage?: number;
  /** Absent where a family has no bound. */
  readonly bound?: Bound;
}

/** What {@link measureRow} takes besides samples. */
export interface Reference {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly seed: number;
}

/**
 * All measures of images `[n, 28, 28, 1]` in [0, 1] against as many test images; `notSeen`, which is `images` but for training images
 * themselves, against all training images.
 */
export async function measureRow(
  images: tf.Tensor,
  { train, test, seed }: Reference,
  notSeen = images,
): Promise<Measured> {
  const measures = await measureImages(images, { test, seed });
  const classifier = await loadClassifier();
  const [count] = images.shape as [number];
  const own = classifier.features(images);
  const real = featuresOf(classifier, test, count);
  const trained = featuresOf(classifier, train, Infinity);
  const options = { features: classifierFeatures, seed };
  const { density, coverage } = await densityCoverage(real, own, options);
  const fresh = classifier.features(notSeen);
  const { duplicates, authenticity } = await nearestNeighbours(fresh, trained, options);
  const pixels = firstPictures(test, Infinity);
  const relative = (await sharpness(images)).value / (await sharpness(pixels)).value;
  tf.dispose([own, real, trained, fresh, pixels]);
  classifier.dispose();
  return { ...measures, density, coverage, sharpness: relative, duplicates, authenticity };
}
