import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { nonSaturatingLoss, relativisticLoss, type AdversarialLoss } from '../../src/index.js';
import { play, r1, unequal } from './ring-game.js';
import { inScope } from '../support/in-scope.js';

// One seed each: all losses and more seeds are played by verdicts.long.test.ts.
inScope();

/** Games take their hundreds of updates ten times as long on the cpu backend. */
const isSlow = tf.getBackend() === 'cpu';

test.skipIf(isSlow)('a game whose generator outruns the discriminator is called collapsed', async () => {
  const seen = await play({ loss: nonSaturatingLoss, seed: 1, rates: unequal }, 1000);
  expect(seen.map(({ kind }) => kind)).toEqual(['mode collapse']);
});

test.skipIf(isSlow).each<[string, AdversarialLoss, number]>([
  ['non-saturating with R1', nonSaturatingLoss, 1],
  ['relativistic with R1', relativisticLoss, 8],
])('a healthy game raises no verdict: %s', async (_, loss, seed) => {
  expect(await play({ loss, penalty: r1, seed }, 600)).toEqual([]);
});
