// Trains a VAE with the protocol of the literature's table on Fashion-MNIST, and estimates its log-likelihood.
import { existsSync } from 'node:fs';
import { createRandom, loadCheckpoint, saveCheckpoint } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../../shared/backend.js';
import { evaluate } from '../../shared/evaluate.js';
import { loadClothes } from '../../shared/image-data.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { RATES, readSavedRun, resume } from '../../shared/saved-run.js';
import { trainInParts } from '../../shared/train-in-parts.js';
import { rowsOf, splitAndBinarise } from './data.js';
import { measure } from './measure.js';
import { createModel, createSource, ROWS, WARM_UP } from './model.js';
import { readPlan } from './plan.js';

const FOLDER = 'out/vae-literature';

const options = readOptions({
  command: 'npm run example -- vae-literature',
  about: `Trains the VAE of one row of the literature's table, and estimates its log-likelihood; checkpoints are in ${FOLDER}.`,
  options: {
    row: {
      kind: 'choice',
      choices: ROWS,
      default: 'standard',
      help: 'which model to train: its prior, levels and networks',
    },
    mixture: { kind: 'flag', help: 'use a mixture as the prior of conv, or of the top block of two-levels' },
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', minimum: 1, help: 'total passes over the training images; 60 by default' },
    rate: {
      kind: 'number',
      minimum: 1e-6,
      help: 'learning rate of the first update, which decays along a cosine to 0; 0.002 by default',
    },
    images: {
      kind: 'integer',
      default: 500,
      minimum: 2,
      help: 'for how many test images to estimate the log-likelihood',
    },
    samples: { kind: 'integer', default: 5000, minimum: 1, help: 'importance samples for each test image' },
    all: { kind: 'flag', help: 'estimate the log-likelihood of all test images, as the literature does' },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/standard-1.safetensors` },
  },
});

run(async () => {
  const began = performance.now();
  const data = splitAndBinarise(await loadClothes(options.data));
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const plan = readPlan(saved?.bytes, options);
  const { row, mixture, epochs, rate, seed } = plan;
  const name = `${row}${mixture ? '-mixture' : ''}-${seed}`;
  const files = { last: `${FOLDER}/${name}.safetensors`, best: `${FOLDER}/${name}-best.safetensors` };
  const backend = await startBackend(options);
  const random = createRandom(seed);

  const source = createSource(data, random);
  const part = source.batchesPerEpoch;
  const { trainer, parameters, afterWarmUp, dispose, ...slots } = createModel({
    row,
    mixture,
    train: data.train,
    steps: epochs * part,
    rate,
    random,
  });
  if (saved !== undefined) await resume(trainer, source, saved);
  const validation = rowsOf(data.validation, 0, Infinity);
  let { best } = plan;
  const seconds = await trainInParts(trainer, source, {
    steps: epochs * part,
    part,
    label: name,
    shown: ({ elbo, kl }) => ({ ELBO: elbo, KL: kl }),
    save: async (steps) => {
      const epoch = steps / part;
      if (epoch === Math.ceil(WARM_UP * epochs) && epoch < epochs) afterWarmUp();
      const { elbo } = await evaluate(trainer, validation);
      const isBest = best === null || elbo > best.elbo;
      if (isBest) best = { epoch, elbo };
      const bytes = await saveCheckpoint(trainer, { data: source, metadata: { ...plan, done: epoch, best } });
      if (isBest) await saveFile(files.best, bytes);
      await saveFile(files.last, bytes);
    },
  });
  validation.dispose();
  if (existsSync(files.best)) await loadCheckpoint(trainer, await loadFile(files.best), { data: null, waive: RATES });

  const images = options.all ? Infinity : options.images;
  const measured = await measure(slots, data.test, {
    images,
    samples: options.samples,
    random: random.fork('measure'),
  });
  const { nll, elbo, gap, gapError } = measured;
  const epochsPart = best === null ? '' : `, best epoch ${best.epoch} (validation ELBO ${best.elbo.toFixed(2)})`;
  console.log(`${name}: ${parameters} numbers, ${epochs} epochs${epochsPart}, ${seconds.toFixed(0)} s of training`);
  console.log(
    `test: -log p(x) ${nll.toFixed(2)} nats; ELBO ${elbo.toFixed(2)}, and a gap of ${gap.toFixed(2)} +- ${gapError.toFixed(2)} ` +
      `on ${measured.images} images with ${measured.samples} samples`,
  );
  const whole = (performance.now() - began) / 1000;
  await writeReport(options.json, {
    ...measured,
    row,
    mixture,
    parameters,
    epochs,
    rate,
    best,
    seconds,
    whole,
    seed,
    backend,
  });
  dispose();
});
