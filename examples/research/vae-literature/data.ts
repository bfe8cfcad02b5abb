import * as tf from '@tensorflow/tfjs';
import { flatImages } from '../../shared/flat-images.js';
import type { ImageSet } from '../../shared/image-data.js';
import { numpyRandom } from './numpy-random.js';

/** The seed of the literature's binarisation. */
const SEED = 777;
/** One of six training images validates: the last 10,000 of 60,000. */
const ONE_OF = 6;

/** Images as rows of pixels; those to measure are black and white. */
export interface LiteratureData {
  /** Grey values from 0 to 255, `[n, pixels]`: each step draws new pixels from them. */
  readonly train: { readonly data: Uint8Array; readonly shape: [number, number] };
  /** 0 or 1, `[n, pixels]`. */
  readonly validation: Binary;
  readonly test: Binary;
}

/** Black and white images, `[n, pixels]`. */
export interface Binary {
  readonly data: Uint8Array;
  readonly shape: [number, number];
}

/**
 * Splits and binarises images as the repository of the Exemplar VAE does: the last sixth of the training images validates, without a
 * shuffle; each pixel of validation, then of test is white with a probability of its grey value, by NumPy's numbers.
 */
export function splitAndBinarise({ train, test }: ImageSet): LiteratureData {
  const { data, shape } = flatImages(train);
  const [count, pixels] = shape;
  const kept = count - Math.max(1, Math.floor(count / ONE_OF));
  const random = numpyRandom(SEED);
  const binary = (grey: Uint8Array): Binary => ({
    data: grey.map((value) => random.binomial(value / 255)),
    shape: [grey.length / pixels, pixels],
  });
  const validation = binary(data.subarray(kept * pixels));
  return {
    train: { data: data.subarray(0, kept * pixels), shape: [kept, pixels] },
    validation,
    test: binary(flatImages(test).data),
  };
}

/** Some of the rows as a tensor of zeros and ones; the caller disposes it. */
export function rowsOf({ data, shape: [count, pixels] }: Binary, from: number, size: number): tf.Tensor {
  const to = Math.min(count, from + size);
  return tf.tensor2d(Float32Array.from(data.subarray(from * pixels, to * pixels)), [to - from, pixels]);
}
