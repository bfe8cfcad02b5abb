import * as tf from '@tensorflow/tfjs-core';
import {
  bernoulli,
  convDecoder,
  cosineSchedule,
  createDecoder,
  createDenoiser,
  createGaussianEncoder,
  createGenerator,
  createRandom,
  denoisingMlp,
  embedding,
  gaussian,
  mlp,
  patchwise,
  predictVelocity,
  unet,
  withCondition,
  type Part,
} from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { expect, test } from 'vitest';
import { isModelFile } from '../files/read-checkpoint.js';
import { lookAtModel } from '../opened-model/look-at-model.js';

const random = createRandom(1);
const schedule = cosineSchedule({ steps: 20 });
const predicts = predictVelocity;

test.each<[string, Record<string, Part>, readonly number[] | undefined, RegExp]>([
  [
    'a decoder of pictures of classes',
    {
      decoder: createDecoder(
        withCondition(
          convDecoder({ inputs: 8, shape: [28, 28, 1], widths: [4, 4], random }),
          embedding({ classes: 10, size: 3, random }),
        ),
        { likelihood: bernoulli },
      ),
    },
    [24, 28, 28, 1],
    /24 samples of "decoder"/,
  ],
  [
    'a decoder of flat pictures, with its encoder',
    {
      encoder: createGaussianEncoder(mlp({ sizes: [784, 4], random }), { latentSize: 2 }),
      decoder: createDecoder(mlp({ sizes: [2, 784], random }), { likelihood: bernoulli }),
    },
    [24, 28, 28, 1],
    /"decoder"/,
  ],
  ['a generator of points', { g: createGenerator(mlp({ sizes: [3, 2], random }), { latentSize: 3 }) }, [512, 2], /"g"/],
  [
    'a denoiser of pictures',
    { denoiser: createDenoiser(patchwise(unet({ channels: 12, widths: [8, 8], random })), { schedule, predicts }) },
    [24, 32, 32, 3],
    /"denoiser"/,
  ],
  [
    'a denoiser of points',
    { denoiser: createDenoiser(denoisingMlp({ size: 2, width: 8, random }), { schedule, predicts }) },
    [512, 2],
    /512 samples/,
  ],
  [
    'a decoder of something else',
    { decoder: createDecoder(mlp({ sizes: [2, 3], random }), { likelihood: gaussian({ variance: 1 }) }) },
    undefined,
    /have the shape \[3\], which is neither/,
  ],
  ['a network', { network: mlp({ sizes: [2, 3], random }) }, undefined, /^No part of this model makes/],
])('the file of %s is opened, and leaves nothing in memory', async (_, parts, shape, about) => {
  const bytes = await saveModel(parts);
  expect(isModelFile(bytes)).toBe(true);
  const { numTensors } = tf.memory();
  const look = await lookAtModel(bytes, createRandom(2));
  expect(look.parts.map(({ name }) => name)).toEqual(Object.keys(parts));
  expect(look.samples?.shape).toEqual(shape);
  expect(look.about).toMatch(about);
  if (look.samples !== undefined) expect(look.samples.values.every(Number.isFinite)).toBe(true);
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('a single part and other files are distinguished', async () => {
  const look = await lookAtModel(await saveModel(mlp({ sizes: [2, 3], random })), random);
  expect(look.parts).toEqual([{ name: 'part', kind: 'mlp', parameters: 9 }]);
  expect(isModelFile(new Uint8Array(20))).toBe(false);
});
