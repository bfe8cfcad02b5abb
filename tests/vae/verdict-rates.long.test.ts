import { describe, expect, test } from 'vitest';
import { brokenVaes, healthyVaes, trainVae } from './vae-runs.js';

const seeds = [1, 2, 3];
const withSeeds = <R extends { readonly name: string }>(runs: readonly R[]) =>
  runs.flatMap((run) => seeds.map((seed) => ({ ...run, seed })));

describe('VAEs of many kinds', () => {
  const counts = { reports: 0, alarms: 0 };

  test.each(withSeeds(healthyVaes))(
    'a healthy run is not ended: $name, seed $seed',
    async ({ seed, alsoDeserves, ...run }) => {
      const { reports, unexplained } = await trainVae(run, seed);
      const alarms = reports.filter(({ kinds }) => kinds.some((kind) => kind !== alsoDeserves));
      counts.reports += reports.length;
      counts.alarms += alarms.length;
      if (alarms.length > 0) console.log(`${run.name}, seed ${seed}:`, JSON.stringify(alarms));
      expect(unexplained, "a share of the best constant's error").toBeLessThan(0.9);
      expect(alarms.flatMap(({ kinds }) => kinds)).not.toContain('posterior collapse');
    },
  );

  test('below 1% of the reports of healthy runs carry a verdict', () => {
    console.log(`healthy VAEs: ${counts.alarms} of ${counts.reports} reports had a verdict`);
    expect(counts.reports).toBeGreaterThan(0);
    expect(counts.alarms / counts.reports).toBeLessThan(0.01);
  });

  test.each(withSeeds(brokenVaes))('a broken run is found: $name, seed $seed', async ({ seed, deserves, ...run }) => {
    const { reports, unexplained } = await trainVae(run, seed);
    const found = reports.find(({ kinds }) => kinds.includes(deserves));
    console.log(`${run.name}, seed ${seed}: ${found ? `found at ${found.step}` : 'MISSED'}`);
    expect(unexplained, "a share of the best constant's error").toBeGreaterThan(0.95);
    expect(found?.step).toBeGreaterThan(0);
  });
});
