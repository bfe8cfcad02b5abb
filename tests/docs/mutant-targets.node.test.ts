import { expect, test } from 'vitest';
import { sourcesOf, targets, testsOf, type Target } from '../../scripts/mutant-targets.js';

test.each(targets)('the files and tests for changes in $sources exist', (target) => {
  expect(sourcesOf(target).length).toBeGreaterThan(0);
  expect(testsOf(target).length).toBeGreaterThan(0);
});

test('a target whose folder or file was renamed is an error', () => {
  const target = (sources: readonly string[]): Target => ({ group: 'losses', sources, tests: [] });
  expect(() => sourcesOf(target(['src/renamed']))).toThrow('src/renamed has no file that ends with .ts');
  expect(() => sourcesOf(target(['src/vae/renamed.ts']))).toThrow('src/vae/renamed.ts has no file');
});

test('updates of weights and the state of a run are among the files', () => {
  const files = targets.flatMap(sourcesOf);
  expect(files).toEqual(
    expect.arrayContaining(['src/training/trainer/update-player.ts', 'src/training/trainer/run-state.ts']),
  );
});
