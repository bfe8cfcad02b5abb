import * as tf from '@tensorflow/tfjs';
import { densityCoverage, nearestNeighbours, sharpness } from 'tfjs-generative/metrics';
import { classifierFeatures, loadClassifier, type Classifier } from '../shared/classifier.js';
import { firstPictures } from '../shared/flat-images.js';
import type { ImageSet, LabelledImages } from '../shared/image-data.js';
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

/** What samples are compared with, computed once. */
export interface Reference {
  readonly test: LabelledImages;
  /** The classifier's features of all training images. */
  readonly trained: tf.Tensor;
  readonly classifier: Classifier;
  /** That of the test images. */
  readonly sharpness: number;
}

/** Prepares the comparison with a data set. */
export async function createReference({ train, test }: ImageSet): Promise<Reference> {
  const classifier = await loadClassifier();
  const pixels = firstPictures(test, Infinity);
  const { value } = await sharpness(pixels);
  pixels.dispose();
  return { test, trained: featuresOf(classifier, train, Infinity), classifier, sharpness: value };
}

/**
 * All measures of images `[n, 28, 28, 1]` in [0, 1] against as many test images; `notSeen`, which is `images` but for training images
 * themselves, against all training images.
 */
export async function measureRow(
  images: tf.Tensor,
  seed: number,
  reference: Reference,
  notSeen = images,
): Promise<Measured> {
  const { test, trained, classifier } = reference;
  const measures = await measureImages(images, { test, seed });
  const own = classifier.features(images);
  const real = featuresOf(classifier, test, images.shape[0]);
  const fresh = classifier.features(notSeen);
  const options = { features: classifierFeatures, seed };
  const { density, coverage } = await densityCoverage(real, own, options);
  const { duplicates, authenticity } = await nearestNeighbours(fresh, trained, options);
  const relative = (await sharpness(images)).value / reference.sharpness;
  tf.dispose([own, real, fresh]);
  return { ...measures, density, coverage, sharpness: relative, duplicates, authenticity };
}
