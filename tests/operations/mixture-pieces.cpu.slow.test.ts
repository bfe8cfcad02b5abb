import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { mixtureLogProb } from '../../src/operations/mixture-log-prob.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

test('the density of a row does not depend on how many rows there are, so many that they are compared in pieces', async () => {
  const random = createRandom(1);
  const z = random.normal([520, 2]);
  const [means, logVariances, logits] = [random.normal([4096, 2]), random.normal([4096, 2]), random.normal([4096])];
  const density = (rows: tf.Tensor): Promise<number[]> =>
    read(tf.tidy(() => mixtureLogProb(rows, means, logVariances, logits)));
  const all = await density(z);
  expect(all.length).toBe(520);
  // 512 rows make a piece
  for (const from of [0, 508, 512])
    expect(all.slice(from, from + 8)).toEqual(await density(tf.slice(z, [from, 0], [8, 2])));
});
