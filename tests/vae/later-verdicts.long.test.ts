import { describe, expect, test } from 'vitest';
import { laterBrokenVaes, laterHealthyVaes } from './later-runs.js';
import { trainVae } from './vae-runs.js';

describe.each([11, 12, 13])('seed %i', (seed) => {
  test.each(laterHealthyVaes)('a healthy run gets no verdict: $name', async (run) => {
    const { reports } = await trainVae(run, seed);
    expect(reports.filter(({ kinds }) => kinds.length > 0)).toEqual([]);
  });
});

describe.each([11, 12])('seed %i', (seed) => {
  test.each(laterBrokenVaes)('a broken run gets a verdict: $name', async ({ deserves, ...run }) => {
    const { reports } = await trainVae(run, seed);
    expect(reports.flatMap(({ kinds }) => kinds)).toContain(deserves);
  });
});
