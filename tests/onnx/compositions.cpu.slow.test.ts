import { expect, test } from 'vitest';
import { agrees, compareComposition } from './compare-composition.js';
import { composition } from './compositions.js';

test('60 compositions of layers, networks, conditions, parts and likelihoods are ours at batches of 1, 3 and 17', async () => {
  for (let i = 0; i < 60; i++) {
    const made = composition(i);
    expect((await compareComposition(made)).apart, `${i}: ${made.name}`).toBeLessThan(1e-5);
  }
});

test('a composition that amplifies rounding is as near float64 as ours', async () => {
  // batchNorm, batchNorm, glu, attention, residualBlock: groups of one channel, whose numbers hardly differ after attention
  const found = await compareComposition(composition(3144));
  expect(found.apart).toBeGreaterThan(1e-4);
  expect(found.ours).toBeGreaterThan(1e-4);
  expect(found).toSatisfy(agrees);
});
