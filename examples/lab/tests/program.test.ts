import { copyFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { defaultsOf, type Experiment } from '../experiment/experiment.js';
import type { Family } from '../experiment/fields.js';
import { isOfPictures, kindOf } from '../experiment/pictures.js';
import { snapped } from '../experiment/points.js';
import { WORD_FILE } from '../program/words.js';
import { pictureBytes, pictureFile, writeProgram } from '../program/write-program.js';
import { runNode, write } from '../../../tests/package/consumer.js';
import { loadPictures } from './load-pictures.js';
import { runExperiment } from './run-experiment.js';

const of = (family: Family, changes: Partial<Experiment> = {}): Experiment => ({
  ...defaultsOf(family),
  steps: 60,
  ...changes,
});
/** What makes an update of pictures quick. */
const narrow = { channels: 8, batch: 8 };
const flow = { target: 'flow', schedule: 'flow', calls: 2 } as const;
const drawing = [...Array(40).keys()].map((k) => snapped([Math.cos(k / 6), Math.sin(k / 3)]));

const experiments: readonly [name: string, experiment: Experiment, shown: readonly string[]][] = [
  ['a VAE on moons', of('vae'), ['loss', 'kl']],
  [
    'a VAE with one latent and beta 4 on a roll',
    of('vae', { data: 'roll', latent: 1, seed: 7, beta: 4, noise: 0.3, rate: 1e-3 }),
    ['loss', 'kl'],
  ],
  ['a VAE of a drawing', of('vae', { data: 'drawn', points: drawing }), ['loss', 'kl']],
  ['a GAN with R1 on a ring', of('gan', { data: 'ring' }), ['discriminatorLoss', 'generatorLoss']],
  [
    'a Wasserstein GAN with a gradient penalty',
    of('gan', { loss: 'wasserstein', penalty: 'gradient', weight: 10 }),
    ['discriminatorLoss', 'generatorLoss'],
  ],
  ['a GAN without a penalty', of('gan', { penalty: 'none', loss: 'minimax' }), ['discriminatorLoss', 'generatorLoss']],
  [
    'a hinge GAN on a grid whose D moves more often',
    of('gan', { data: 'grid', loss: 'hinge', ratio: 3 }),
    ['discriminatorLoss', 'generatorLoss'],
  ],
  ['drifting on a roll', of('drifting', { data: 'roll', tau: 0.2, batch: 64 }), ['loss']],
  ['diffusion on moons', of('diffusion'), ['loss']],
  [
    'diffusion that predicts noise',
    of('diffusion', { target: 'noise', schedule: 'linear', sampler: 'ddpm' }),
    ['loss'],
  ],
  ['a flow', of('diffusion', { target: 'flow', schedule: 'flow', sampler: 'ddim', width: 32 }), ['loss']],
  ['diffusion with moons as classes', of('diffusion', { classes: 'used', guidance: 2, shown: 2 }), ['loss']],
  ['diffusion with classes of a grid', of('diffusion', { data: 'grid', classes: 'used', shown: 25 }), ['loss']],
  [
    'a VAE of clothes without classes',
    of('vae', { ...defaultsOf('vae', 'clothes'), ...narrow, classes: 'none', steps: 30 }),
    ['loss', 'kl'],
  ],
  [
    'diffusion on emoji of nine kinds',
    of('diffusion', { ...defaultsOf('diffusion', 'kinds'), ...narrow, guidance: 2, shown: 3, calls: 2, steps: 6 }),
    ['loss'],
  ],
  ['a VAE of clothes', of('vae', { ...defaultsOf('vae', 'clothes'), ...narrow, steps: 30, latent: 3 }), ['loss', 'kl']],
  [
    'a GAN of clothes',
    of('gan', { ...defaultsOf('gan', 'clothes'), ...narrow, steps: 12 }),
    ['discriminatorLoss', 'generatorLoss'],
  ],
  [
    'a GAN of emoji',
    of('gan', { ...defaultsOf('gan', 'emoji'), ...narrow, steps: 12, penalty: 'none', loss: 'hinge' }),
    ['discriminatorLoss', 'generatorLoss'],
  ],
  [
    'diffusion on clothes',
    of('diffusion', { ...defaultsOf('diffusion', 'clothes'), ...narrow, steps: 6, sampler: 'ddim', calls: 3 }),
    ['loss'],
  ],
  ['a flow of emoji', of('diffusion', { ...defaultsOf('diffusion', 'emoji'), ...narrow, ...flow, steps: 6 }), ['loss']],
  ['diffusion that stops at a plateau', of('diffusion', { data: 'csv', points: drawing, until: 'plateau' }), ['loss']],
  [
    'words from left to right',
    of('tokens', { ...defaultsOf('tokens'), direction: 'right', width: 18, batch: 32, steps: 60 }),
    ['bits'],
  ],
  [
    'words from blanks',
    of('tokens', { ...defaultsOf('tokens'), width: 16, batch: 32, steps: 60, temperature: 0.5 }),
    ['bits'],
  ],
];

/** A written program, and the losses of the lab. */
interface Written {
  readonly file: string;
  readonly losses: readonly string[];
  readonly isOfWords: boolean;
}

async function writeOne([name, experiment, shown]: (typeof experiments)[number]): Promise<Written> {
  const { history } = await runExperiment(experiment);
  const { data } = experiment;
  const isOfWords = data === 'words';
  if (isOfWords) copyFileSync('examples/lab/data/words.txt', write(`lab/${WORD_FILE}`, ''));
  if (isOfPictures(data)) {
    writeFileSync(write(`lab/${pictureFile(experiment)}`, ''), pictureBytes(experiment, await loadPictures(data)));
  }
  const file = write(`lab/${name.replaceAll(' ', '-')}.mjs`, writeProgram(experiment));
  const losses = history.map(({ step, metrics }) => [step, ...shown.map((metric) => metrics[metric])].join(' '));
  expect(losses).toHaveLength(6);
  return { file, losses, isOfWords };
}

// Programs with the same imports share a process, one after the other: what a process takes to start is most of its time.
const groups = [...new Set(experiments.map(([, experiment]) => groupOf(experiment)))];
test.each(groups)('the programs of %s give the losses of the lab, bit for bit', async (group) => {
  const written: Written[] = [];
  for (const one of experiments) if (groupOf(one[1]) === group) written.push(await writeOne(one));
  const imports = written.map(
    ({ file }) => `console.log('-- next');\nawait import(${JSON.stringify(pathToFileURL(file).href)});`,
  );
  const output = await runNode(write(`lab/all-${group.replaceAll(' ', '-')}.mjs`, imports.join('\n')));
  const outputs = output.split(/^-- next$/m).slice(1);
  expect(outputs).toHaveLength(written.length);
  for (const [i, { file, losses, isOfWords }] of written.entries()) {
    const lines = outputs[i]!.trim().split('\n');
    // 24 samples are printed after the losses
    if (isOfWords) for (const word of lines.slice(-24)) expect(word).toMatch(/^[a-z]{0,9}$/);
    expect(
      lines.filter((line) => /^\d+ /.test(line)),
      file,
    ).toEqual(losses);
  }
});

function groupOf({ family, data }: Experiment): string {
  return `${family} of ${kindOf(data)}`;
}
