import * as tf from '@tensorflow/tfjs';
import { densityCoverage, nearestNeighbours, sharpness } from 'tfjs-generative/metrics';
import type { FeatureNetwork } from '../../../shared/feature-network.js';
import { firstPictures } from '../../../shared/flat-images.js';
import type { ImageSet, LabelledImages } from '../../../shared/image-data.js';
import { featuresOf, loadEyes, measureImages, type Eyes, type ImageMeasures } from '../../../shared/image-measures.js';

/** The measures of a set of images; density and coverage in the autoencoder's features are next to those in the classifier's. */
export interface Measured extends ImageMeasures {
  readonly density: number;
  readonly coverage: number;
  readonly autoencoderDensity: number;
  readonly autoencoderCoverage: number;
  /** Relative to that of the test images. */
  readonly sharpness: number;
  /** The mean pixel, relative to that of the test images. */
  readonly brightness: number;
  /** The shares of copies of training images, and of images no closer to one than others are, if requested: see nearestNeighbours. */
  readonly duplicates?: number;
  readonly authenticity?: number;
}

/** What samples are compared with, computed once. */
export interface Reference {
  readonly test: LabelledImages;
  readonly eyes: Eyes;
  /** The classifier's features of all training images. */
  readonly trained: tf.Tensor;
  /** The sharpness of the test images. */
  readonly sharpness: number;
  readonly brightness: number;
}

/** Prepares the comparison with a data set. */
export async function createReference({ train, test }: ImageSet): Promise<Reference> {
  const eyes = await loadEyes();
  const pixels = firstPictures(test, Infinity);
  const reference = {
    test,
    eyes,
    trained: featuresOf(eyes.classifier, train, Infinity),
    sharpness: (await sharpness(pixels)).value,
    brightness: await brightnessOf(pixels),
  };
  pixels.dispose();
  return reference;
}

/** The other arguments of {@link measureClothes}. */
export interface ClothesOptions {
  readonly seed: number;
  readonly reference: Reference;
  /** Images among which to look for copies, which takes minutes. */
  readonly copiesAmong?: tf.Tensor | undefined;
}

/** Everything measured on images `[n, 28, 28, 1]` in [0, 1], relative to as many test images, and copies among all training images. */
export async function measureClothes(
  images: tf.Tensor,
  { seed, reference, copiesAmong }: ClothesOptions,
): Promise<Measured> {
  const { test, eyes, ...whole } = reference;
  const measures = await measureImages(images, { test, seed });
  const spreadIn = async (network: FeatureNetwork) => {
    const [own, real] = [network.features(images), featuresOf(network, test, images.shape[0])];
    const { density, coverage } = await densityCoverage(real, own, { features: network.name, seed });
    tf.dispose([own, real]);
    return { density, coverage };
  };
  const { density, coverage } = await spreadIn(eyes.classifier);
  const second = await spreadIn(eyes.autoencoder);
  return {
    ...measures,
    density,
    coverage,
    autoencoderDensity: second.density,
    autoencoderCoverage: second.coverage,
    sharpness: (await sharpness(images)).value / whole.sharpness,
    brightness: (await brightnessOf(images)) / whole.brightness,
    ...(copiesAmong && (await copiesIn(copiesAmong, seed, reference))),
  };
}

async function copiesIn(images: tf.Tensor, seed: number, { eyes, trained }: Reference) {
  const features = eyes.classifier.features(images);
  const options = { features: eyes.classifier.name, seed };
  const { duplicates, authenticity } = await nearestNeighbours(features, trained, options);
  features.dispose();
  return { duplicates, authenticity };
}

async function brightnessOf(images: tf.Tensor): Promise<number> {
  const mean = tf.mean(images);
  const [value] = await mean.data();
  mean.dispose();
  return value!;
}
