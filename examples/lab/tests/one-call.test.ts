import * as tf from '@tensorflow/tfjs-core';
import { cosineSchedule, createRandom } from 'tfjs-generative';
import { expect, test } from 'vitest';
import { createArtist, type Tools } from '../one-call/artist.js';
import { VARIATIONS, type Picture, type Where } from '../one-call/messages.js';
import { createNoises } from '../one-call/noises.js';

const here: Where = { labels: [2, 0], mix: 0, around: 0, aside: 0 };
const places = [here, { ...here, around: 77 }, { ...here, around: 300, aside: -60 }, { ...here, aside: 90 }];

test('all noises have unit variance, a full turn leads back, and a variation that is taken becomes the middle', () => {
  const noises = createNoises([100, 100], createRandom(3));
  const at = (where: Where, variation?: number): Float32Array =>
    tf.tidy(() => (noises.at(where, variation).dataSync() as Float32Array).slice());
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (where: Where, variation?: number): number => mean([...at(where, variation)].map((x) => x * x));
  // of 10,000 numbers, within five standard deviations
  for (const where of places)
    for (const variation of [0, 3]) expect(Math.abs(variance(where, variation) - 1)).toBeLessThan(0.07);
  const middle = at(here);
  expect(Math.max(...at({ ...here, around: 360 }).map((x, i) => Math.abs(x - middle[i]!)))).toBeLessThan(1e-5);
  const taken = at(places[2]!, 3);
  noises.take(places[2]!, 3);
  expect(at(here).every((x, i) => x === taken[i])).toBe(true);
  // what is around it is independent of it
  expect(Math.abs(mean([...at({ ...here, around: 90 })].map((x, i) => x * taken[i]!)))).toBeLessThan(0.05);
  noises.renew();
  expect(Math.abs(mean([...at(here)].map((x, i) => x * taken[i]!)))).toBeLessThan(0.05);
});

test('the picture that was requested last is drawn before any variation, and each is drawn once, by one call', async () => {
  const drawn: Picture[] = [];
  const calls: tf.Tensor[] = [];
  const denoiser: Tools['denoiser'] = {
    schedule: cosineSchedule({ steps: 10 }),
    // a picture says of which classes it is
    estimate: (xt, timesteps, { condition } = {}) => {
      calls.push(tf.keep(tf.concat([tf.cast(tf.reshape(timesteps, [1, 1]), 'float32'), condition!], 1)));
      return { sample: tf.zerosLike(xt), noise: xt };
    },
  };
  const request = createArtist({ denoiser, size: 2, classes: 3, random: createRandom(1) }, (one) => drawn.push(one));
  const work = request({ kind: 'move', where: here });
  void request({ kind: 'move', where: { ...here, mix: 0.25 } });
  await work;
  const indices = drawn.map(({ index }) => index);
  expect(indices.slice(0, 2)).toEqual([0, 0]);
  expect(indices.slice(2).sort()).toEqual(Array.from({ length: VARIATIONS }, (_, i) => i + 1));
  expect(calls.map((call) => [...call.dataSync()])).toEqual([
    [8, 0, 0, 1],
    ...Array<number[]>(1 + VARIATIONS).fill([8, 0.25, 0, 0.75]),
  ]);
  // the middle between black and white
  expect([...drawn[0]!.pixels]).toEqual(Array(4).fill([128, 128, 128, 255]).flat());
});
