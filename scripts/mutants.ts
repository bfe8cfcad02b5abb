// Changes the source in small ways, one at a time, and counts the changes that a test notices: npm run tool -- test:mutants elbo safetensors
// A word selects the files whose paths contain it, and `elbo.ts:62` or `elbo.ts:50-70` only those lines. Without a word, all files of
// scripts/mutant-targets.ts are tested, which takes more than an hour. It prints the changes that no test noticed.
import { Stryker } from '@stryker-mutator/core';
import { sourcesOf, targets, testsOf } from './mutant-targets.js';

const words = process.argv.slice(2);

/** The file, or those of its lines that a word selects. */
function selectedIn(file: string): string[] {
  const selected = words.map((word) => word.split(':')).filter(([part]) => file.includes(part!));
  if (words.length === 0 || selected.some(([, lines]) => lines === undefined)) return [file];
  return selected.map(([, lines]) => `${file}:${lines!.includes('-') ? lines : `${lines}-${lines}`}`);
}

// All targets are read before the first one is tested: a path without files ends the run at once, with exit status 1.
const selected = targets
  .map((target) => ({ ...target, mutate: sourcesOf(target).flatMap(selectedIn), testFiles: testsOf(target) }))
  .filter(({ mutate }) => mutate.length > 0);
if (selected.length === 0)
  throw new Error(`mutants: no file of scripts/mutant-targets.ts has ${words.join(' or ')} in its path`);

const scores: Record<string, { killed: number; all: number }> = {};

for (const { group, mutate, testFiles } of selected) {
  // vitest.config.ts makes them the only project
  process.env['MUTANT_TESTS'] = testFiles.join('\n');
  const results = await new Stryker({
    mutate,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // texts of errors
    mutator: { excludedMutations: ['StringLiteral'] },
    concurrency: 1,
    timeoutMS: 2000,
    tempDirName: 'temp/mutants',
    ignorePatterns: ['/dist', '/out', '/temp', '/docs', '/examples', '/bench', '/api'],
    reporters: ['progress-append-only', 'clear-text'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    allowConsoleColors: false,
    checkers: [],
  }).runMutationTest();
  for (const { fileName, status, location, replacement } of results) {
    if (status === 'Ignored') continue;
    const file = fileName.slice(fileName.indexOf('src/'));
    // an endless loop, or a busy machine
    if (status === 'Timeout') console.log(`took too long: ${file}:${location.start.line} as ${replacement}`);
    for (const key of [group, file]) {
      const score = (scores[key] ??= { killed: 0, all: 0 });
      score.all++;
      if (status === 'Killed' || status === 'Timeout') score.killed++;
    }
  }
}

for (const [name, { killed, all }] of Object.entries(scores)) {
  console.log(`${name}: ${killed} of ${all} noticed, ${((100 * killed) / all).toFixed(1)}%`);
}
