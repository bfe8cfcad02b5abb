import * as tf from '@tensorflow/tfjs';
import { nearestNeighbours } from 'tfjs-generative/metrics';
import type { Classifier } from '../../shared/classifier.js';
import { inParts } from '../../shared/in-parts.js';
import { choose, pixelsOf, type ColourPictures } from '../../shared/colour-pictures.js';
import { resized } from './resized.js';

/**
 * A picture counts as a copy if, in pixels or in the classifier's features, it is at most this many times as far from a training
 * picture as that is from any other motif. With one limit for all distances, simple drawings, which are all near each
 * other, would count as copies, and copies of detailed ones would be missed. classifier.md says which copies this finds, and how many
 * held-out drawings it wrongly calls copies.
 */
export const COPY_WITHIN = 0.5;
/** Pixels are averaged to 16 x 16, so that noise and a shift by a part of a pixel count less. */
const AVERAGED = 16;
/** Pictures whose pixels are in memory at once. */
const AT_ONCE = 256;

/** The features in which {@link findNearest} compares pictures. */
type Features = Pick<Classifier, 'name' | 'features'>;

/** How near some pictures are to training pictures. */
export interface Copies {
  /** The distance from the training picture, divided by its distance from the nearest other motif, in pixels and in features. */
  readonly inPixels: Float64Array;
  readonly inFeatures: Float64Array;
  /** Whether each picture counts as a copy. */
  readonly copied: readonly boolean[];
  /** How it was measured. */
  readonly protocol: string;
}

/** Finds copies of training pictures, mirrored or not, among pictures `[n, height, width, 3]` in [0, 1]. */
export async function findCopies(
  pictures: tf.Tensor,
  { train, classifier }: { readonly train: ColourPictures; readonly classifier: Classifier },
): Promise<Copies> {
  const pixels = await findNearest(pictures, train);
  const features = await findNearest(pictures, train, classifier);
  return {
    inPixels: pixels.relative,
    inFeatures: features.relative,
    copied: Array.from(pixels.relative, (distance, i) => Math.min(distance, features.relative[i]!) <= COPY_WITHIN),
    protocol:
      `at most ${COPY_WITHIN} times as far from a training picture as that is from other motifs, mirrored or not, in pixels or in features; ` +
      `${pixels.protocol}; ${features.protocol}`,
  };
}

/** Averages of pixels as features. */
const inPixels: Features = {
  name: `means of ${AVERAGED} x ${AVERAGED} parts`,
  features: (pictures) => tf.reshape(resized(pictures, AVERAGED), [pictures.shape[0], -1]),
};

/** Features of many pictures, some hundreds at a time: the pixels of all would take 40 MB. */
export function featuresOf(pictures: ColourPictures, features: Features['features']): tf.Tensor {
  const rows = [...pictures.labels.data.keys()];
  const parts = Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, i) =>
    choose(pictures, rows.slice(i * AT_ONCE, (i + 1) * AT_ONCE)),
  );
  return tf.tidy(() => tf.concat(parts.map((part) => tf.tidy(() => features(pixelsOf(part))))));
}

/** The training picture nearest to each picture or to its mirror image: its row, and its distance relative to that from other motifs. */
export async function findNearest(pictures: tf.Tensor, train: ColourPictures, { name, features }: Features = inPixels) {
  const [count] = pictures.shape as [number];
  const mirrored = (part: tf.Tensor) => features(tf.reverse(part, 2));
  const samples = tf.tidy(() => tf.concat([inParts(pictures, features), inParts(pictures, mirrored)]));
  const data = featuresOf(train, features);
  const found = await nearestNeighbours(samples, data, { groups: train.motifs, features: name });
  tf.dispose([samples, data]);
  const { indices, distances, relativeDistances, protocol } = found;
  const better = Array.from({ length: count }, (_, i) => (distances[i]! <= distances[count + i]! ? i : count + i));
  return {
    rows: Int32Array.from(better, (row) => indices[row]!),
    relative: Float64Array.from(better, (row) => relativeDistances[row]!),
    protocol,
  };
}
