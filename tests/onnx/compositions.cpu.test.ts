import { expect, test } from 'vitest';
import { compareComposition } from './compare-composition.js';
import { composition } from './compositions.js';

test('60 compositions of layers, networks, conditions, parts and likelihoods are ours at batches of 1, 3 and 17', async () => {
  for (let i = 0; i < 60; i++) {
    const made = composition(i);
    expect(await compareComposition(made), `${i}: ${made.name}`).toBeLessThan(1e-5);
  }
});
