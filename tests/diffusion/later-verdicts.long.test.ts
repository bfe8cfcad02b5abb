import { describe, expect, test } from 'vitest';
import { explodingDiffusion, laterBrokenDiffusion, laterHealthyDiffusion, trainDiffusion } from './later-runs.js';

describe.each([11, 12, 13])('seed %i', (seed) => {
  test.each(laterHealthyDiffusion)('a healthy run gets no verdict: $name', async (run) => {
    const reports = await trainDiffusion(run, seed);
    expect(reports.filter(({ kinds }) => kinds.length > 0)).toEqual([]);
  });
});

describe.each([11, 12])('seed %i', (seed) => {
  test.each(laterBrokenDiffusion)('a run that learns nothing gets a verdict: $name', async (run) => {
    const reports = await trainDiffusion(run, seed);
    expect(reports.flatMap(({ kinds }) => kinds)).toContain(
      run.learningRate! > 1 ? 'diverging loss' : 'no better than a constant',
    );
  });

  test.each(explodingDiffusion)('a run that explodes gets a verdict: $name', async (run) => {
    const reports = await trainDiffusion(run, seed);
    expect(reports.flatMap(({ kinds }) => kinds)).toContain('diverging loss');
  });
});
