// Changes the source in small ways, one at a time, and counts the changes that a test notices: npm run tool -- test:mutants elbo safetensors
// A word selects the files whose paths contain it, and `elbo.ts:62` or `elbo.ts:50-70` only those lines. Without a word, all files are
// tested, for an hour. It prints the changes that no test noticed.
import { readdirSync } from 'node:fs';
import { Stryker } from '@stryker-mutator/core';

interface Target {
  readonly group: 'guard' | 'checkpoint' | 'loss';
  readonly files: readonly string[];
  /** The quick tests of these files. */
  readonly tests: readonly string[];
}

const training = 'src/training';
const saving = 'tests/training/saving';
const mistakes = 'tests/contract/mistakes.host.test.ts';
/** Tests that the settings of each part are recorded. */
const settings = `${saving}/describe-run.host.test.ts`;

function filesIn(folder: string): string[] {
  return readdirSync(folder).map((file) => `${folder}/${file}`);
}

/** A mistake in these files would lose a run, or make it silently wrong. */
const targets: readonly Target[] = [
  {
    group: 'guard',
    files: ['guard', 'clip-by-global-norm', 'adam'].map((file) => `${training}/optimizers/${file}.ts`),
    tests: [
      'tests/training/optimizers/*.test.ts',
      'tests/training/trainer/finite-state.test.ts',
      'tests/vae/dispatches.test.ts',
      settings,
    ],
  },
  {
    group: 'guard',
    files: ['updates', 'snapshot', 'average'].map((file) => `${training}/trainer/${file}.ts`),
    tests: ['tests/training/trainer/*.test.ts'],
  },
  {
    group: 'checkpoint',
    files: ['safetensors', 'safetensors-header', 'stored-numbers', 'halves', 'json-text', 'checksum'].map(
      (file) => `${training}/saving/${file}.ts`,
    ),
    tests: [`${saving}/{safetensors*,other-writers,halves,json-text,checksum}.host.test.ts`],
  },
  {
    group: 'checkpoint',
    files: ['checkpoint', 'checkpoint-file', 'checksums', 'read-checkpoint', 'weights', 'named-variables'].map(
      (file) => `${training}/saving/${file}.ts`,
    ),
    tests: [`${saving}/{checkpoint,checksum.host,describe-run.host}.test.ts`, mistakes],
  },
  {
    group: 'checkpoint',
    files: ['describe', 'describe-run'].map((file) => `${training}/saving/${file}.ts`),
    tests: [`${saving}/{checkpoint,describe.host,describe-run.host}.test.ts`],
  },
  {
    group: 'loss',
    files: filesIn('src/gan/losses'),
    tests: ['tests/contract/adversarial-losses.test.ts', 'tests/gan/losses.test.ts', settings],
  },
  {
    group: 'loss',
    files: [
      'src/vae/elbo.ts',
      'src/vae/objectives.ts',
      'src/distributions/gaussian.ts',
      'src/operations/gaussian-kl.ts',
    ],
    tests: [
      'tests/vae/{elbo,objectives,golden}.test.ts',
      'tests/distributions/{gaussian,golden}.test.ts',
      'tests/math/gaussian.test.ts',
      settings,
    ],
  },
  {
    group: 'loss',
    files: filesIn('src/distributions/likelihoods'),
    tests: ['tests/contract/likelihoods.test.ts', 'tests/distributions/{golden,likelihood-options}.test.ts', settings],
  },
  {
    group: 'loss',
    files: ['diffusion-trainer', 'weightings', 'prediction-target', 'add-noise', 'per-example'].map(
      (file) => `src/diffusion/${file}.ts`,
    ),
    tests: [
      'tests/diffusion/{diffusion-trainer,add-noise,prediction-target.node,schedules.node,denoiser}.test.ts',
      settings,
    ],
  },
];

const words = process.argv.slice(2);

/** The file, or those of its lines that a word selects. */
function takenOf(file: string): string[] {
  const taken = words.map((word) => word.split(':')).filter(([part]) => file.includes(part!));
  if (words.length === 0 || taken.some(([, lines]) => lines === undefined)) return [file];
  return taken.map(([, lines]) => `${file}:${lines!.includes('-') ? lines : `${lines}-${lines}`}`);
}

const scores: Record<string, { killed: number; all: number }> = {};

for (const { group, files, tests } of targets) {
  const mutate = files.flatMap(takenOf);
  if (mutate.length === 0) continue;
  // vitest.config.ts makes them the only project
  process.env['MUTANT_TESTS'] = tests.join('\n');
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
