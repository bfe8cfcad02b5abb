import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  classifierFeatures,
  classifierFile,
  loadClassifier,
  type Classifier,
} from '../../examples/shared/classifier.js';
import { loadImages, type LabelledImages } from '../../examples/shared/image-data.js';
import { loadFile } from '../../src/node/index.js';
import { decodeSafetensors } from '../support/safetensors.js';

const COUNT = 200;
let classifier: Classifier;
let test: LabelledImages;
let images: tf.Tensor;

beforeAll(async () => {
  classifier = await loadClassifier();
  ({ test } = await loadImages());
  images = tf.tensor(
    Float32Array.from(test.images.data.subarray(0, COUNT * 784), (pixel) => pixel / 255),
    [COUNT, 28, 28, 1],
  );
});

afterAll(() => {
  images.dispose();
  classifier.dispose();
});

describe('the classifier of the examples', () => {
  it('is small enough to ship, and has a name for protocols', async () => {
    expect((await loadFile(classifierFile)).length).toBeLessThan(400_000);
    expect(classifierFeatures).toContain('Fashion-MNIST');
  });

  it('classifies clothes, with probabilities that sum to 1', async () => {
    const probabilities = classifier.probabilities(images);
    expect(probabilities.shape).toEqual([COUNT, 10]);
    const [sums, guesses] = [tf.sum(probabilities, 1), tf.argMax(probabilities, 1)];
    for (const sum of await sums.data()) expect(sum).toBeCloseTo(1, 5);
    const right = (await guesses.data()).filter((guess, i) => guess === test.labels.data[i]).length;
    expect(right / COUNT).toBeGreaterThan(0.85);
    tf.dispose([probabilities, sums, guesses]);
  });

  it('has the layout that its page gives for PyTorch', async () => {
    const { tensors } = decodeSafetensors('test', await loadFile(classifierFile));
    const numbers = (name: number): number[] => Array.from(tensors.get(String(name))!.data as ArrayLike<number>);
    const convolve = (x: number[], size: number, inputs: number, at: number, kernel: number, stride: number) => {
      const [filters, biases] = [numbers(at), numbers(at + 1)];
      const out = Math.floor((size - kernel) / stride) + 1;
      const result: number[] = [];
      for (let y = 0; y < out; y++)
        for (let column = 0; column < out; column++)
          for (let f = 0; f < biases.length; f++) {
            let sum = biases[f]!;
            for (let i = 0; i < kernel; i++)
              for (let j = 0; j < kernel; j++)
                for (let c = 0; c < inputs; c++)
                  sum +=
                    x[((y * stride + i) * size + column * stride + j) * inputs + c]! *
                    filters[((i * kernel + j) * inputs + c) * biases.length + f]!;
            result.push(Math.max(0, sum));
          }
      return result;
    };
    const pixels = Array.from(test.images.data.subarray(0, 784), (pixel) => pixel / 255);
    const first = convolve(pixels, 28, 1, 0, 4, 2);
    const third = convolve(convolve(first, 13, 24, 2, 3, 2), 6, 48, 4, 3, 1);
    const weights = numbers(6);
    const expected = numbers(7).map((bias, unit) =>
      Math.max(0, bias + third.reduce((sum, value, i) => sum + value * weights[i * 64 + unit]!, 0)),
    );
    const features = classifier.features(images);
    expect(features.shape).toEqual([COUNT, 64]);
    const got = (await features.data()).subarray(0, 64);
    features.dispose();
    expected.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-4 * Math.max(1, value)));
    expect(Math.max(...expected)).toBeGreaterThan(0.1);
  });
});
