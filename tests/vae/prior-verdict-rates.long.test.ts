import { describe, expect, test } from 'vitest';
import { brokenPriors, healthyPriors, trainPrior } from './prior-runs.js';

const seeds = [1, 2, 3];
const withSeeds = <R extends { readonly name: string }>(runs: readonly R[]) =>
  runs.flatMap((run) => seeds.map((seed) => ({ ...run, seed })));

// Whether a run is healthy is decided by what the verdicts do not see: the distance of decoded draws from decoded latents, and the shares
// of the components in all latents.
describe('priors of many kinds', () => {
  const counts = { reports: 0, alarms: 0 };

  test.each(withSeeds(healthyPriors))('a healthy run gets no verdict: $name, seed $seed', async ({ seed, ...run }) => {
    const { reports, unused, distance } = await trainPrior(run, seed);
    const alarms = reports.filter(({ kinds }) => kinds.length > 0);
    counts.reports += reports.length;
    counts.alarms += alarms.length;
    if (alarms.length > 0) console.log(`${run.name}, seed ${seed}:`, JSON.stringify(alarms));
    expect(distance).toBeLessThan(0.05);
    expect(unused).toBeLessThan(0.8);
  });

  test('below 1% of the reports of healthy runs carry a verdict', () => {
    console.log(`healthy priors: ${counts.alarms} of ${counts.reports} reports had a verdict`);
    expect(counts.reports).toBeGreaterThan(0);
    expect(counts.alarms / counts.reports).toBeLessThan(0.01);
  });

  test.each(withSeeds(brokenPriors))('a broken run is found: $name, seed $seed', async ({ seed, deserves, ...run }) => {
    const { reports, unused, distance } = await trainPrior(run, seed);
    const found = reports.find(({ kinds }) => kinds.includes(deserves));
    console.log(`${run.name}, seed ${seed}: ${found ? `found at ${found.step}` : 'MISSED'}`);
    if (deserves === 'unused components') expect(unused).toBeGreaterThan(0.9);
    else expect(distance).toBeGreaterThan(0.08);
    expect(found?.step).toBeGreaterThan(0);
  });
});
