// Trains a VAE, a GAN and a diffusion model on the same pictures for the same time, and compares their samples.
import { startBackend } from '../../shared/backend.js';
import type { Pictures } from '../../shared/image-data.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { openClothes } from './clothes/clothes.js';
import { compare } from './compare.js';
import type { Comparison } from './comparison.js';
import { openEmoji } from './emoji/emoji.js';
import type { Family } from './family.js';
import { table } from './table.js';

const options = readOptions({
  command: 'npm run example -- families',
  about:
    'Trains a VAE, a GAN and a diffusion model for the same time, and compares them in a table and a picture in out/families.',
  options: {
    set: {
      kind: 'choice',
      choices: ['clothes', 'emoji'],
      default: 'clothes',
      help: 'grey pictures of clothes, or emoji in colour (which are written to out/families-emoji)',
    },
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    minutes: { kind: 'number', default: 5, minimum: 0.01, help: 'training time of each model' },
    vae: { kind: 'integer', minimum: 1, help: 'updates of the VAE, instead of a time' },
    codes: { kind: 'integer', minimum: 1, help: 'updates of the VAE of codes, instead of a time; clothes only' },
    gan: { kind: 'integer', minimum: 1, help: 'updates of the GAN, instead of a time' },
    diffusion: { kind: 'integer', minimum: 1, help: 'updates of the diffusion model, instead of a time' },
    samples: {
      kind: 'integer',
      default: 5000,
      minimum: 20,
      help: 'how many samples of each model to measure, and how many test images to compare them with, if there are as many',
    },
    runs: {
      kind: 'integer',
      default: 1,
      minimum: 1,
      help: 'how many times to train; the first run uses the seed, the others the next seeds',
    },
    copies: {
      kind: 'flag',
      help: 'search all samples for copies of training clothes, which takes minutes for each row on the full set',
    },
    resume: { kind: 'folder', help: 'continue from the checkpoints in a folder such as out/families' },
  },
});

run(async () => {
  const began = performance.now();
  if (options.set === 'clothes') {
    const prepare = await openClothes(options);
    await report(began, prepare);
  } else {
    const prepare = await openEmoji(options);
    await report(began, prepare);
  }
});

/** Compares the families, prints the table and writes the report. */
async function report<P extends Pictures, M>(began: number, prepare: () => Promise<Comparison<P, M>>): Promise<void> {
  const backend = await startBackend(options);
  const comparison = await prepare();
  const requested = { VAE: options.vae, codes: options.codes, GAN: options.gan, diffusion: options.diffusion };
  const updates = Object.entries(requested).filter(([, count]) => count !== undefined) as [Family['name'], number][];
  const rows = await compare(comparison, {
    folder: options.set === 'clothes' ? 'out/families' : 'out/families-emoji',
    resume: options.resume,
    seeds: Array.from({ length: options.runs }, (_, i) => options.seed + i),
    seconds: 60 * options.minutes,
    updates: new Map(updates),
    samples: Math.min(options.samples, comparison.test.images.shape[0]),
  });
  const seconds = (performance.now() - began) / 1000;
  console.log(table(rows, comparison.columns));
  await writeReport(options.json, { rows, minutes: options.minutes, seconds, seed: options.seed, backend });
  console.log(`done in ${seconds.toFixed(0)} s`);
}
