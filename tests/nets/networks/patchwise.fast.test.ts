import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { patchwise, unet, type Network } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const body = (apply: (x: Tensor) => Tensor): Network => ({ apply, variables: [], dispose: () => undefined });
const same = body((x) => tf.clone(x));
const pixels = (...shape: number[]): Tensor => tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), shape);

test('the body sees the pixels of each patch as channels', async () => {
  let seen: Tensor | undefined;
  const looking = body((x) => {
    seen = tf.keep(tf.clone(x));
    return tf.clone(x);
  });
  const [size, height, width, channels] = [2, 4, 6, 3];
  patchwise(looking).apply(pixels(2, height, width, channels));
  expect(seen!.shape).toEqual([2, 2, 3, 12]);
  const values = await read(seen!);
  let at = 0;
  for (let b = 0; b < 2; b++)
    for (let i = 0; i < height / size; i++)
      for (let j = 0; j < width / size; j++)
        for (let di = 0; di < size; di++)
          for (let dj = 0; dj < size; dj++)
            for (let c = 0; c < channels; c++)
              expect(values[at++]).toBe(((b * height + size * i + di) * width + size * j + dj) * channels + c);
  seen!.dispose();
});

test.each([1, 2, 3])('folding and unfolding by %i returns each pixel to its place', async (size) => {
  const x = pixels(2, 6, 6, 2);
  expect(await patchwise(same, { size }).apply(x).data()).toEqual(await x.data());
});

test('passes timesteps and labels on, and owns the body', () => {
  const network = patchwise(unet({ channels: 4, widths: [2, 4], groups: 2, classes: 3, random: createRandom(1) }));
  const options = { timesteps: tf.tensor1d([0, 999], 'int32'), condition: tf.tensor1d([2, -1], 'int32') };
  expect(network.apply(tf.zeros([2, 8, 8, 1]), options).shape).toEqual([2, 8, 8, 1]);
  network.dispose();
  expect(network.variables.every(({ isDisposed }) => isDisposed)).toBe(true);
});

test('refuses what does not divide, by name', () => {
  expect(() => patchwise(same, { size: 0 })).toThrow('patchwise: `size` must be a positive integer; got 0.');
  expect(() => patchwise({} as never)).toThrow('patchwise: `body` must be a network');
  expect(() => patchwise(same).apply(tf.zeros([1, 4, 5, 1]))).toThrow(
    'patchwise: `input` must have shape [?, ?, ?, ?]; got [1, 4, 5, 1]. Height and width must be divisible by the patch size, 2: 4 and 6 would do.',
  );
  expect(() => patchwise(same).apply(tf.zeros([4, 4]))).toThrow('patchwise: `input`');
  expect(() =>
    patchwise(body((x) => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 3]))).apply(tf.zeros([1, 4, 4, 1])),
  ).toThrow('Its channels must be divisible by 4, the pixels of a patch.');
});
