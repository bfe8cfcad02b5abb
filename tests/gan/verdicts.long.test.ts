import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  gradientPenalty,
  hingeLoss,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  relativisticLoss,
  wassersteinLoss,
} from '../../src/index.js';
import { play, r1, unequal, type Game } from './ring-game.js';
import { inScope } from '../support/in-scope.js';

inScope();

test.each([1, 2, 3])(
  'a game whose generator outruns the discriminator is called collapsed within 1,000 updates, seed %i',
  async (seed) => {
    const seen = await play({ loss: nonSaturatingLoss, seed, rates: unequal }, 1000);
    expect(seen.map(({ kind }) => kind)).toEqual(['mode collapse']);
  },
);

test.each<[string, Game]>([
  ['non-saturating with R1', { loss: nonSaturatingLoss, penalty: r1, seed: 1 }],
  ['non-saturating with R1', { loss: nonSaturatingLoss, penalty: r1, seed: 2 }],
  ['minimax with R1', { loss: minimaxLoss, penalty: r1, seed: 3 }],
  ['minimax with R1', { loss: minimaxLoss, penalty: r1, seed: 4 }],
  ['least squares with R1', { loss: leastSquaresLoss, penalty: r1, seed: 5 }],
  ['least squares with R1', { loss: leastSquaresLoss, penalty: r1, seed: 6 }],
  ['hinge with R1', { loss: hingeLoss, penalty: r1, seed: 7 }],
  ['relativistic with R1', { loss: relativisticLoss, penalty: r1, seed: 8 }],
  ['relativistic with R1', { loss: relativisticLoss, penalty: r1, seed: 9 }],
  [
    'Wasserstein with a gradient penalty',
    {
      loss: wassersteinLoss,
      seed: 10,
      discriminatorSteps: 5,
      rates: { generator: 1e-4, discriminator: 1e-4 },
      penalty: (critic, real, fake, random) => tf.mul(0.1, gradientPenalty(critic, real, fake, { mix: random })),
    },
  ],
])('a healthy game raises no verdict: %s', async (_, game) => {
  expect(await play(game, 600 * Number(game.discriminatorSteps ?? 1))).toEqual([]);
});
