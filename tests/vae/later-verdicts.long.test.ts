import { expect, test } from 'vitest';
import { laterBrokenVaes, laterHealthyVaes } from './later-runs.js';
import { trainVae } from './vae-runs.js';

test.each(laterHealthyVaes)('a healthy run gets no verdict: $name', async (run) => {
  const { reports } = await trainVae(run, 11);
  expect(reports.filter(({ kinds }) => kinds.length > 0)).toEqual([]);
});

test.each(laterBrokenVaes)('a broken run is named: $name', async ({ deserves, ...run }) => {
  const { reports } = await trainVae(run, 11);
  expect(reports.flatMap(({ kinds }) => kinds)).toContain(deserves);
});
