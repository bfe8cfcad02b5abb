// Half a minute, because it is what the third story promises: that its experiment collapses, and that its cure cures.
import { expect, test } from 'vitest';
import { countsByCloud, modesOf } from '../data/modes.js';
import type { Experiment } from '../experiment/experiment.js';
import { experimentOf, stories } from '../stories/index.js';
import { SAMPLES } from '../training/sizes.js';
import { runExperiment } from './run-experiment.js';

const story = stories.find(({ title }) => title.startsWith('Mode collapse'))!;

/** The share of the generator's samples in each cloud at the end of a run, the fullest first, and the last verdicts. */
async function endOf(experiment: Experiment) {
  const { history, news } = await runExperiment(experiment, ['now']);
  const frame = news.flatMap((one) => (one.kind === 'frame' ? [one.frame] : [])).at(-1)!;
  const shares = countsByCloud(modesOf(experiment)!, frame.arrays['now']!).map((count) => count / SAMPLES);
  return { shares: shares.sort((a, b) => b - a), kinds: (history.at(-1)!.standing ?? []).map(({ kind }) => kind) };
}

test('the third story ends in one of the eight clouds, and the library calls it a mode collapse', async () => {
  const { shares, kinds } = await endOf(experimentOf(story));
  expect(shares[0]).toBeGreaterThan(0.95);
  expect(shares[1]).toBe(0);
  expect(kinds).toContain('mode collapse');
});

test('its cure reaches at least six of the eight clouds within 800 updates', async () => {
  const { shares, kinds } = await endOf({ ...experimentOf(story), ...story.trials![0]!.changes, steps: 800 });
  // at least a fifth of a fair share
  expect(shares.filter((share) => share > 0.2 / 8).length).toBeGreaterThanOrEqual(6);
  expect(kinds).toEqual([]);
});
