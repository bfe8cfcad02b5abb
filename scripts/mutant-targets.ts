// The files whose mistakes would lose a run, or make it silently wrong, and the quick tests of each: scripts/mutants.ts changes them.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Files that are changed, and the tests that should notice. Each path is a file, or a folder with everything in it. */
export interface Target {
  readonly group: 'losses' | 'operations' | 'updates' | 'checkpoints';
  readonly sources: readonly string[];
  readonly tests: readonly string[];
  /** Tests in those folders that take too long to run once for each change. */
  readonly slow?: readonly string[];
}

const contract = 'tests/contract';
const mistakes = `${contract}/mistakes.host.test.ts`;
/** Tests that the settings of each part are recorded. */
const settings = 'tests/training/saving/describe-run.host.test.ts';

export const targets: readonly Target[] = [
  {
    group: 'losses',
    sources: ['src/gan/losses'],
    tests: [`${contract}/adversarial-losses.fast.test.ts`, 'tests/gan/losses.page.test.ts', settings],
  },
  {
    group: 'losses',
    sources: [
      'src/vae/elbo.ts',
      'src/vae/objectives.ts',
      'src/distributions/gaussian.ts',
      'src/operations/gaussian-kl.ts',
    ],
    tests: [
      'tests/vae/elbo.page.test.ts',
      'tests/vae/objectives.fast.test.ts',
      'tests/vae/golden.test.ts',
      'tests/distributions/gaussian.test.ts',
      'tests/distributions/golden.page.test.ts',
      'tests/math/gaussian.deep.test.ts',
      settings,
    ],
  },
  {
    group: 'losses',
    sources: ['src/distributions/likelihoods'],
    tests: [`${contract}/likelihoods.fast.test.ts`, 'tests/distributions', settings],
  },
  {
    group: 'losses',
    sources: [
      'src/diffusion/diffusion-trainer.ts',
      'src/diffusion/weightings.ts',
      'src/diffusion/prediction-target.ts',
      'src/diffusion/add-noise.ts',
      'src/diffusion/per-example.ts',
    ],
    tests: [
      'tests/diffusion/diffusion-trainer.fast.test.ts',
      'tests/diffusion/add-noise.test.ts',
      'tests/diffusion/prediction-target.host.test.ts',
      'tests/diffusion/schedules.host.test.ts',
      'tests/diffusion/weightings.host.test.ts',
      'tests/diffusion/denoiser.fast.test.ts',
      settings,
    ],
  },
  {
    // on cpu, which has none of our kernels: what replaces them on every backend but wasm
    group: 'operations',
    sources: ['src/operations', 'src/nets/activations.ts'],
    tests: [
      'tests/operations',
      'tests/nets/activations.page.test.ts',
      'tests/nets/layers/norms.test.ts',
      'tests/vae/priors/mixture-prior.wasm.test.ts',
      'tests/training/optimizers/adam.test.ts',
    ],
    slow: ['adam-precision.node.slow.test.ts'],
  },
  {
    group: 'updates',
    sources: ['src/training/optimizers'],
    tests: [
      'tests/training/optimizers',
      'tests/training/trainer/finite-state.wasm.test.ts',
      `${contract}/dispatches.fast.test.ts`,
      settings,
    ],
  },
  {
    group: 'updates',
    sources: ['src/training/trainer'],
    tests: ['tests/training/trainer', 'tests/loop/observers.wasm.test.ts', 'tests/training/saving', settings, mistakes],
    slow: ['resumes.host.test.ts'],
  },
  {
    group: 'checkpoints',
    sources: ['src/training/saving'],
    tests: ['tests/training/saving', mistakes],
    slow: ['resumes.host.test.ts'],
  },
];

/** The files of a path with an ending. Throws if there are none, so that a renamed file or folder does not go untested. */
function filesOf(path: string, ending: string): string[] {
  const inFolder = !path.endsWith(ending);
  const folder = inFolder ? path : dirname(path);
  const names = existsSync(folder) ? readdirSync(folder, { recursive: inFolder, encoding: 'utf8' }) : [];
  const files = names
    .filter((name) => (inFolder ? name.endsWith(ending) : name === basename(path)))
    .map((name) => `${folder}/${name}`);
  if (files.length === 0) throw new Error(`scripts/mutant-targets.ts: ${path} has no file that ends with ${ending}`);
  return files;
}

/** The files of a target. */
export const sourcesOf = ({ sources }: Target): string[] => sources.flatMap((path) => filesOf(path, '.ts'));

/** The test files of a target, without those that run for minutes. */
export const testsOf = ({ tests, slow = [] }: Target): string[] =>
  tests
    .flatMap((path) => filesOf(path, '.test.ts'))
    .filter((file) => !/\.(long|slow)\.test\.ts$/.test(file) && !slow.includes(basename(file)));
