import { describe, expect, test } from 'vitest';
import { play } from './game-runs.js';
import { laterBrokenGames, laterHealthyGames } from './later-games.js';

const withSeeds = <R extends { readonly name: string }>(runs: readonly R[], seeds: readonly number[]) =>
  runs.flatMap((run) => seeds.map((seed) => ({ ...run, seed })));

describe('games on which the limits were not tuned', () => {
  const counts = { reports: 0, blamed: 0 };

  test.each(withSeeds(laterHealthyGames, [11, 12, 13]))(
    'a healthy game: $name, seed $seed',
    async ({ seed, ...run }) => {
      const { reports, distance } = await play(run, seed);
      const blamed = reports.filter(({ kinds }) => kinds.length > 0);
      counts.reports += reports.length;
      counts.blamed += blamed.length;
      console.log(`${run.name}, seed ${seed}: distance ${distance.toFixed(2)}`, JSON.stringify(blamed));
      expect(distance, 'a share of the distance of one point from the data').toBeLessThan(0.6);
      expect(blamed).toEqual([]);
    },
  );

  test.each(withSeeds(laterBrokenGames, [11, 12]))(
    'a broken game: $name, seed $seed',
    async ({ seed, deserves, ...run }) => {
      const { reports, distance } = await play(run, seed);
      const found = reports.find(({ kinds }) => kinds.some((kind) => deserves.includes(kind)));
      const kinds = [...new Set(reports.flatMap((report) => report.kinds))].join(', ');
      console.log(
        `${run.name}, seed ${seed}: distance ${distance.toFixed(2)}, ${found ? `found at ${found.step}` : 'MISSED'}; ${kinds}`,
      );
      expect(found?.step).toBeGreaterThan(0);
    },
  );

  test('their reports', () => {
    console.log(`healthy games: ${counts.blamed} of ${counts.reports} reports had a verdict`);
    expect(counts.reports).toBeGreaterThan(0);
  });
});
