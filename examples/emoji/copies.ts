import * as tf from '@tensorflow/tfjs';
import { nearestNeighbours } from 'tfjs-generative/metrics';
import { pixelsOf, type ColourPictures } from './data.js';

/**
 * A picture counts as a copy if it is at most this many times as far from a training picture as that is from every other motif. One
 * distance for all would blame simple drawings, which are all near each other, and miss copies of busy ones. classifier.md says
 * which copies this finds, and how many held-out drawings it blames.
 */
export const COPY_WITHIN = 0.5;
/** Pictures are compared as 16 x 16 averages, which a shift by a pixel changes less than the pixels. */
const COMPARED_SIZE = 16;

/** The training picture nearest to each of some pictures. */
export interface Copies {
  /** Its row among the training pictures. */
  readonly nearest: Int32Array;
  /** The distance from it, divided by its distance from the nearest other motif. */
  readonly relativeDistances: Float64Array;
  /** Whether each picture counts as a copy. */
  readonly copied: readonly boolean[];
  /** How it was measured. */
  readonly protocol: string;
}

/** Finds copies of training pictures, mirrored or not, among pictures `[n, height, width, 3]` in [0, 1]. */
export async function findCopies(pictures: tf.Tensor, train: ColourPictures): Promise<Copies> {
  const count = pictures.shape[0];
  const compared = tf.tidy(() => {
    const small = coarse(pictures);
    return tf.reshape(tf.concat([small, tf.reverse(small, 2)]), [2 * count, -1]);
  });
  const data = tf.tidy(() => {
    const pixels = pixelsOf(train);
    return tf.reshape(coarse(pixels), [pixels.shape[0], -1]);
  });
  const { indices, distances, relativeDistances, protocol } = await nearestNeighbours(compared, data, {
    groups: train.motifs,
    features: `averages of ${COMPARED_SIZE} x ${COMPARED_SIZE} parts; each sample and its mirror image`,
  });
  tf.dispose([compared, data]);
  // the row of each picture, or that of its mirror image if it is nearer
  const rows = Array.from({ length: count }, (_, i) => (distances[i]! <= distances[count + i]! ? i : count + i));
  const relative = Float64Array.from(rows, (row) => relativeDistances[row]!);
  return {
    nearest: Int32Array.from(rows, (row) => indices[row]!),
    relativeDistances: relative,
    copied: Array.from(relative, (distance) => distance <= COPY_WITHIN),
    protocol: `copies within ${COPY_WITHIN} of the distance between motifs; ${protocol}`,
  };
}

/** Averages over the parts of a picture, `[n, 16, 16, 3]`. */
function coarse(pictures: tf.Tensor): tf.Tensor {
  const [, height, width] = pictures.shape as [number, number, number, number];
  const [down, right] = [height / COMPARED_SIZE, width / COMPARED_SIZE];
  return Number.isInteger(down) && Number.isInteger(right)
    ? tf.avgPool(pictures as tf.Tensor4D, [down, right], [down, right], 'valid')
    : tf.image.resizeBilinear(pictures as tf.Tensor4D, [COMPARED_SIZE, COMPARED_SIZE], false, true);
}
