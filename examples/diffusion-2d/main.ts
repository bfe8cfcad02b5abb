// Trains diffusion models on two moons and on a swiss roll, measures their samples, and draws how noise becomes data.
import { batches, createRandom, saveCheckpoint, type RandomStream } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { compareByEnergy, type Comparison } from './energy-distance.js';
import { createModel, sample, type Model } from './model.js';
import { drawReverse } from './picture.js';
import { draw, swissRoll, twoMoons, type PointSet } from './sets.js';

const FOLDER = 'out/diffusion-2d';
const BATCH_SIZE = 256;
const TRAINING_POINTS = 100_000;
/** Number of updates between two checkpoints. */
const SAVE_EVERY = 1_000;

const options = readOptions({
  command: 'npm run example -- diffusion-2d',
  about: `Trains diffusion models on two moons and on a swiss roll, measures their samples, and draws them into ${FOLDER}.`,
  options: {
    schedule: { kind: 'choice', choices: ['cosine', 'linear', 'flow'], default: 'cosine', help: 'noise schedule' },
    target: {
      kind: 'choice',
      choices: ['velocity', 'noise', 'sample', 'flow'],
      default: 'velocity',
      help: 'what the network predicts',
    },
    steps: { kind: 'integer', default: 3_000, minimum: 100, help: 'number of updates for each set of points' },
    samples: {
      kind: 'integer',
      default: 4_000,
      minimum: 2,
      help: 'number of samples, compared 20 times with as many points of data',
    },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

run(async () => {
  const began = performance.now();
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const sets: Record<string, Comparison> = {};
  for (const set of [twoMoons, swissRoll]) {
    const own = random.fork(set.name);
    const model = createModel(options.steps, options, own);
    await teach(set, model, own);
    const picture = await drawReverse(set, model.sampled, own.fork('picture'));
    await saveFile(`${FOLDER}/${set.name}.svg`, new TextEncoder().encode(picture));
    sets[set.name] = await measure(set, model, own.fork('measure'));
    for (const owner of [model.trainer, model.sampled]) owner.dispose();
  }
  const seconds = (performance.now() - began) / 1000;
  const worst = Object.values(sets).reduce((a, b) => (ratio(b) > ratio(a) ? b : a));
  await writeReport(options.json, { ...worst, seconds, seed: options.seed, backend, steps: options.steps, sets });
  console.log(`done in ${seconds.toFixed(0)} s`);
});

const ratio = ({ energyDistance, baseline }: Comparison): number => energyDistance / baseline;

/** Trains a model on a set, with a progress bar and checkpoints. */
async function teach(set: PointSet, { trainer }: Model, random: RandomStream): Promise<void> {
  const points = draw(set, TRAINING_POINTS, random.fork('data'));
  const source = batches(points, { batchSize: BATCH_SIZE, random: random.fork('order') });
  const checkpoint = `${set.name}.safetensors`;
  if (options.resume !== undefined)
    await resume(trainer, source, await readSavedRun(`${options.resume}/${checkpoint}`));
  await trainInParts(trainer, source, {
    steps: options.steps,
    part: SAVE_EVERY,
    label: set.name,
    shown: ({ loss }) => ({ loss }),
    save: async () => saveFile(`${FOLDER}/${checkpoint}`, await saveCheckpoint(trainer, { data: source })),
  });
  points.dispose();
}

/** Compares fresh samples with fresh data. */
async function measure(set: PointSet, { sampled }: Model, random: RandomStream): Promise<Comparison> {
  const [ofSamples, ofData] = [random.fork('samples'), random.fork('data')];
  const comparison = await compareByEnergy(
    () => sample(sampled, options.samples, ofSamples),
    () => draw(set, options.samples, ofData),
  );
  const { energyDistance, baseline } = comparison;
  console.log(
    `${set.name}: energy distance ${energyDistance.toPrecision(3)}, between data and data ${baseline.toPrecision(3)}: ` +
      `${ratio(comparison).toFixed(2)} times as far`,
  );
  console.log(`${FOLDER}/${set.name}.svg`);
  return comparison;
}
