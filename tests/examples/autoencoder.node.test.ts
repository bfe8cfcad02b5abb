import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoencoderFile, loadAutoencoder } from '../../examples/shared/autoencoder.js';
import { loadClassifier } from '../../examples/shared/classifier.js';
import type { FeatureNetwork } from '../../examples/shared/feature-network.js';
import { firstPictures } from '../../examples/shared/flat-images.js';
import { loadImages, type ImageSet } from '../../examples/shared/image-data.js';
import { frechetDistance } from '../../src/metrics/index.js';
import { loadFile } from '../../src/node/index.js';
import { decodeSafetensors } from '../support/safetensors.js';
import '../setup/wasm.js'; // on cpu the convolutions would take most of this file's time

const COUNT = 1_000;
let autoencoder: FeatureNetwork;
let classifier: FeatureNetwork;
let data: ImageSet;
/** Two halves of the test images, `[COUNT, 28, 28, 1]`. */
let halves: [tf.Tensor, tf.Tensor];

beforeAll(async () => {
  [autoencoder, classifier] = [await loadAutoencoder(), await loadClassifier()];
  data = await loadImages();
  halves = tf.tidy(() => tf.split(firstPictures(data.test, 2 * COUNT), 2) as [tf.Tensor, tf.Tensor]);
});

afterAll(() => {
  tf.dispose(halves);
  for (const network of [autoencoder, classifier]) network.dispose();
});

const brighter = (images: tf.Tensor): tf.Tensor => tf.clipByValue(tf.mul(images, 1.06), 0, 1);
const blurred = (images: tf.Tensor): tf.Tensor => tf.avgPool(images as tf.Tensor4D, 3, 1, 'same');
const lower = (images: tf.Tensor): tf.Tensor =>
  tf.pad(tf.slice(images, [0, 0, 0, 0], [-1, 27, -1, -1]), [[0, 0], [1, 0], [0, 0], [0, 0]]); // prettier-ignore

describe('the autoencoder of the examples', () => {
  it('is small enough to ship, and has a name for protocols', async () => {
    expect((await loadFile(autoencoderFile)).length).toBeLessThan(60_000);
    expect(autoencoder.name).toContain('Fashion-MNIST autoencoder');
  });

  it('has features whose variance is 1 on average over the training images', async () => {
    const features = tf.tidy(() => autoencoder.features(firstPictures(data.train, 4_000)));
    expect(features.shape).toEqual([4_000, 98]);
    const variance = tf.tidy(() => tf.mean(tf.moments(features, 0).variance));
    expect((await variance.data())[0]).toBeCloseTo(1, 1);
    tf.dispose([features, variance]);
  });

  it('puts two sets of 1,000 test images as far apart as its page says', async () => {
    const [a, b] = tf.tidy(() => halves.map((half) => autoencoder.features(half)) as [tf.Tensor, tf.Tensor]);
    expect((await frechetDistance(a, b)).value).toBeCloseTo(1.06, 2);
    tf.dispose([a, b]);
  });

  it.each([
    ['blurred', blurred, 34.0, 6.5],
    ['6% brighter', brighter, 0.3, 0.6],
    ['a pixel lower', lower, 9.1, 4.2],
  ])('and the classifier see pictures that are %s as differently as its page says', async (_, change, ...expected) => {
    const whole = tf.concat(halves);
    for (const [i, network] of [classifier, autoencoder].entries()) {
      const [a, b] = tf.tidy(() => [network.features(whole), network.features(change(whole))] as const);
      expect((await frechetDistance(a, b)).value).toBeCloseTo(expected[i]!, 1);
      tf.dispose([a, b]);
    }
    whole.dispose();
  });

  it('has the layout that its page gives for PyTorch', async () => {
    const { tensors } = decodeSafetensors('test', await loadFile(autoencoderFile));
    const numbers = (name: number): number[] => Array.from(tensors.get(String(name))!.data as ArrayLike<number>);
    // channels last, one pixel of zeros around each picture
    const convolve = (x: number[], at: number, kernel: number, stride: number, activation: (y: number) => number) => {
      const [filters, biases] = [numbers(2 * at), numbers(2 * at + 1)];
      const inputs = filters.length / (kernel * kernel * biases.length);
      const size = Math.sqrt(x.length / inputs);
      const value = (y: number, z: number, c: number) =>
        y < 0 || z < 0 || y >= size || z >= size ? 0 : x[(y * size + z) * inputs + c]!;
      const places = [...new Array(size / stride).keys()].map((place) => place * stride - 1);
      return places.flatMap((y) =>
        places.flatMap((z) =>
          biases.map((bias, f) => {
            let sum = bias;
            for (let i = 0; i < kernel; i++)
              for (let j = 0; j < kernel; j++)
                for (let c = 0; c < inputs; c++)
                  sum += value(y + i, z + j, c) * filters[((i * kernel + j) * inputs + c) * biases.length + f]!;
            return activation(sum);
          }),
        ),
      );
    };
    const relu = (y: number): number => Math.max(0, y);
    const pixels = Array.from(data.test.images.data.subarray(0, 784), (pixel) => pixel / 255);
    const third = convolve(convolve(convolve(pixels, 0, 4, 2, relu), 1, 4, 2, relu), 2, 3, 1, relu);
    const expected = convolve(third, 3, 3, 1, (y) => y);
    const features = tf.tidy(() => autoencoder.features(tf.slice(halves[0], 0, 1)));
    const got = await features.data();
    features.dispose();
    expect(got).toHaveLength(98);
    expected.forEach((y, i) => expect(Math.abs(got[i]! - y)).toBeLessThan(1e-4 * Math.max(1, Math.abs(y))));
  });
});
