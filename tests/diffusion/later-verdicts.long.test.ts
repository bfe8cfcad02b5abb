import { expect, test } from 'vitest';
import { laterBrokenDiffusion, laterHealthyDiffusion, trainDiffusion } from './later-runs.js';

test.each(laterHealthyDiffusion)('a healthy run gets no verdict: $name', async (run) => {
  const reports = await trainDiffusion(run, 11);
  expect(reports.filter(({ kinds }) => kinds.length > 0)).toEqual([]);
});

test.each(laterBrokenDiffusion)('a run that learns nothing is named: $name', async (run) => {
  const reports = await trainDiffusion(run, 11);
  expect(reports.flatMap(({ kinds }) => kinds)).toContain('no better than a constant');
});
