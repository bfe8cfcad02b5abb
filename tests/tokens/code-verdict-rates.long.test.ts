import { describe, expect, test } from 'vitest';
import { brokenCodes, healthyCodes, trainCodes } from './code-runs.js';

const seeds = (process.env['SEEDS'] ?? '1,2,3,4,5').split(',').map(Number);
const withSeeds = <R extends { readonly name: string }>(runs: readonly R[], count: number) =>
  runs.flatMap((run) => seeds.slice(0, count).map((seed) => ({ ...run, seed })));

// Whether a run is healthy is decided by the codes of all data after the training.
describe('codes of many kinds', () => {
  const counts = { reports: 0, alarms: 0 };

  test.each(withSeeds(healthyCodes, 5))(
    'a healthy run gets no verdict: $name, seed $seed',
    async ({ seed, ...run }) => {
      const { reports, perplexity, most, elbo } = await trainCodes(run, seed);
      const alarms = reports.filter(({ kinds }) => kinds.length > 0);
      counts.reports += reports.length;
      counts.alarms += alarms.length;
      console.log(
        `${run.name}, seed ${seed}: perplexity ${perplexity.toFixed(3)}, most ${most.toFixed(2)}, ${elbo.toFixed(1)} nats`,
        alarms.length > 0 ? JSON.stringify(alarms) : '',
      );
      expect(most).toBeLessThan(0.9);
    },
  );

  test('no report of a healthy run carries a verdict', () => {
    console.log(`healthy codes: ${counts.alarms} of ${counts.reports} reports had a verdict`);
    expect(counts.reports).toBeGreaterThan(0);
    expect(counts.alarms).toBe(0);
  });

  test.each(withSeeds(brokenCodes, 3))('a broken run is found: $name, seed $seed', async ({ seed, ...run }) => {
    const { reports, perplexity, most, elbo } = await trainCodes(run, seed);
    const found = reports.find(({ kinds }) => kinds.includes('codebook collapse'));
    console.log(
      `${run.name}, seed ${seed}: ${found ? `found at ${found.step}` : 'MISSED'}, perplexity ${perplexity.toFixed(3)}, most ${most.toFixed(2)}, ${elbo.toFixed(1)} nats`,
    );
    expect(found?.step).toBeLessThanOrEqual(600);
  });
});
