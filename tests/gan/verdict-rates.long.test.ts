import { describe, expect, test } from 'vitest';
import { brokenGames } from './broken-games.js';
import { play } from './game-runs.js';
import { healthyGames } from './healthy-games.js';

const seeds = [1, 2, 3];
const withSeeds = <R extends { readonly name: string }>(runs: readonly R[]) =>
  runs.flatMap((run) => seeds.map((seed) => ({ ...run, seed })));

describe('games of many kinds', () => {
  const counts = { reports: 0, alarms: 0, broken: 0, found: 0 };

  test.each(withSeeds(healthyGames))('a healthy game is not ended: $name, seed $seed', async ({ seed, ...run }) => {
    const { reports, distance } = await play(run, seed);
    const alarms = reports.filter(({ kinds }) => kinds.length > 0);
    counts.reports += reports.length;
    counts.alarms += alarms.length;
    if (alarms.length > 0) console.log(`${run.name}, seed ${seed}:`, JSON.stringify(alarms));
    expect(distance, 'a share of the distance of one point from the data').toBeLessThan(0.4);
    expect(alarms.flatMap(({ kinds }) => kinds)).not.toContain('mode collapse');
  });

  test('below 1% of the reports of healthy games carry a verdict', () => {
    console.log(`healthy games: ${counts.alarms} of ${counts.reports} reports had a verdict`);
    expect(counts.reports).toBeGreaterThan(0);
    expect(counts.alarms / counts.reports).toBeLessThan(0.01);
  });

  test.each(withSeeds(brokenGames))(
    'a broken game is broken: $name, seed $seed',
    async ({ seed, deserves, ...run }) => {
      const { reports, distance } = await play(run, seed);
      const found = reports.find(({ kinds }) => kinds.some((kind) => deserves.includes(kind)));
      console.log(`${run.name}, seed ${seed}: ${found ? `found at ${found.step}` : 'MISSED'}`);
      // a sigmoid too many slows a game down, and does not always ruin it
      if (!deserves.includes('probabilities for logits')) expect(distance, 'as above').toBeGreaterThan(0.4);
      counts.broken++;
      if (found !== undefined) counts.found++;
    },
  );

  // the Wasserstein game of seed 3 spreads and gathers by turns, and is missed
  test('19 of 20 broken games get a right verdict', () => {
    expect(counts.broken).toBeGreaterThan(0);
    expect(counts.found / counts.broken).toBeGreaterThan(0.95);
  });
});
