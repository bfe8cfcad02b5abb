import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { createMaskedModel, createTokenModel, type TokenNetwork } from '../../src/tokens/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A network whose logits at each place are the same row. */
const rowNetwork = (row: readonly number[]): TokenNetwork => ({
  apply: (input) => tf.tidy(() => tf.tile(tf.tensor3d([...row], [1, 1, row.length]), [...input.shape, 1])),
  variables: [],
  dispose: () => undefined,
});
const models = [
  { name: 'autoregressive', make: createTokenModel },
  { name: 'masked', make: createMaskedModel },
];

/** Draws of one token. */
const draw = (make: typeof createTokenModel, row: readonly number[], options: object, n = 3) =>
  make(rowNetwork(row), { tokens: row.length, length: 1 }).sample(n, { random: createRandom(1), ...options });

const ways = [{ temperature: 0 }, { temperature: 1e-40 }, { temperature: 0.5 }, { topP: 0.5 }, { topP: 1e-40 }];

test.each(models)('the logits of a model that is $name must be finite, whatever the temperature and the share', async ({ make }) => {
  for (const wrong of [NaN, Infinity]) {
    for (const options of ways) {
      for (const row of [[wrong, 0, 1], [0, 1, wrong], [wrong, wrong, wrong]]) {
        await expect(draw(make, row, options)).rejects.toThrow(
          'sample: `network` must return finite logits; got NaN or infinity',
        );
      }
    }
  }
}); // prettier-ignore

test.each(models)('a tiny temperature or share of a model that is $name draws the likeliest token', async ({ make }) => {
  for (const options of [{ temperature: 1e-20 }, { temperature: 1e-40 }, { temperature: 1e-300 }, { temperature: 5e-324 }, { topP: 1e-40 }]) {
    expect(await read(await draw(make, [-3, 5, 4.999, -1000], options))).toEqual([1, 1, 1]);
  }
}); // prettier-ignore

test('a tiny temperature draws each of several likeliest tokens', async () => {
  const drawn = await read(await draw(createTokenModel, [2, 7, 7], { temperature: 1e-35 }, 400));
  const count = drawn.filter((token) => token === 1).length;
  // half of 400, within four standard deviations
  expect(Math.abs(count - 200)).toBeLessThan(40);
  expect(drawn).not.toContain(0);
});

test.each(models)('a vocabulary of one token of a model that is $name is drawn in every way', async ({ make }) => {
  for (const options of [{}, ...ways]) expect(await read(await draw(make, [0.3], options))).toEqual([0, 0, 0]);
});
