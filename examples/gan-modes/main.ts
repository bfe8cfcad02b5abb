// Trains GANs on points around 8 and around 25 modes, counts the modes they cover, and draws their samples during training.
import * as tf from '@tensorflow/tfjs';
import { batches, createRandom, loadCheckpoint, saveCheckpoint, train, type RandomStream } from 'tfjs-generative';
import { modeCoverage } from 'tfjs-generative/metrics';
import { loadFile, saveFile, terminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { RATES } from '../shared/saved-run.js';
import { createModel, createPlainModel, type Model } from './model.js';
import { picture, type Panel } from './picture.js';
import { draw, grid, ring, type Target } from './targets.js';

const FOLDER = 'out/gan-modes';
const BATCH_SIZE = 256;
const TRAINING_POINTS = 100_000;
const SAMPLES = 2_500;
/** When a panel is drawn and a checkpoint saved, as fractions of a run. */
const PANELS = [0.02, 0.1, 0.25, 0.5, 0.75, 1];

const options = readOptions({
  command: 'npm run example -- gan-modes',
  about: `Trains GANs on a ring of 8 and a grid of 25 Gaussians, counts the modes that they cover, and draws samples into ${FOLDER}.`,
  options: {
    'ring-steps': { kind: 'integer', default: 6_000, minimum: 100, help: 'number of updates for the ring' },
    'grid-steps': { kind: 'integer', default: 35_000, minimum: 100, help: 'number of updates for the grid' },
    contrast: { kind: 'flag', help: 'also train the plain minimax game on the same points' },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

interface Result {
  readonly modes: number;
  readonly highQuality: number;
}

run(async () => {
  const began = performance.now();
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const runs: [Target, number][] = [
    [ring, options['ring-steps']],
    [grid, options['grid-steps']],
  ];
  const results: Record<string, Result> = {};
  const contrast: Record<string, Result> = {};
  for (const [target, steps] of runs) {
    const own = random.fork(target.name);
    results[target.name] = await play(target, target.name, createModel(steps, own), steps, own);
    if (options.contrast) {
      contrast[target.name] = await play(target, `${target.name}-minimax`, createPlainModel(own), steps, own);
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const report = { ...results, ...(options.contrast ? { contrast } : {}), seconds, seed: options.seed, backend };
  await writeReport(options.json, report);
  console.log(`done in ${seconds.toFixed(0)} s`);
});

/** Trains a model on a target, with a progress bar, a row of panels and checkpoints; measures its samples at the end. */
async function play(target: Target, name: string, model: Model, steps: number, random: RandomStream): Promise<Result> {
  const { trainer, sampled } = model;
  const points = draw(target, TRAINING_POINTS, random.fork('data'));
  const source = batches(points, { batchSize: BATCH_SIZE, random: random.fork('order') });
  const checkpoint = `${name}.safetensors`;
  const done = options.resume === undefined ? 0 : await resume(model, source, `${options.resume}/${checkpoint}`);
  const sample = (): tf.Tensor => tf.tidy(() => tf.mul(sampled.sample(SAMPLES, random.fork('samples')), target.unit));

  const panels: Panel[] = [];
  const progress = terminalProgress({ total: steps, label: name });
  const stops = PANELS.map((share) => Math.round(share * steps)).filter((step) => step > done);
  let step = done;
  for (const stop of stops) {
    for await (const report of train(trainer, source, { steps: stop - step, reportEvery: 100, yieldEvery: 50 })) {
      const { metrics, totalSteps, verdicts } = report;
      progress.update(totalSteps, { discriminator: metrics.discriminatorLoss, generator: metrics.generatorLoss });
      for (const { message } of verdicts) console.error(`${name}, step ${totalSteps}: ${message}`);
    }
    step = stop;
    const samples = sample();
    panels.push({ updates: step, points: (await samples.array()) as number[][] });
    samples.dispose();
    await saveFile(`${FOLDER}/${name}.svg`, new TextEncoder().encode(picture(target, panels)));
    await saveFile(`${FOLDER}/${checkpoint}`, await saveCheckpoint(trainer, { data: source, metadata: { step } }));
  }
  progress.stop();

  const samples = sample();
  const centers = tf.tensor2d(target.centers.flat(), [target.centers.length, 2]);
  const { modes, highQuality, protocol } = await modeCoverage(samples, {
    centers,
    standardDeviation: target.standardDeviation,
  });
  console.log(`${name}: ${modes} of ${target.centers.length} modes, ${(100 * highQuality).toFixed(1)}% (${protocol})`);
  console.log(`${FOLDER}/${name}.svg`);
  for (const owner of [trainer, sampled]) owner.dispose();
  tf.dispose([points, samples, centers]);
  return { modes, highQuality };
}

/** Resumes a run; returns the number of its updates so far. */
async function resume({ trainer }: Model, data: ReturnType<typeof batches>, path: string): Promise<number> {
  try {
    await loadCheckpoint(trainer, await loadFile(path), { data, waive: RATES });
  } catch (error) {
    throw new InputError(`--resume ${path}: ${(error as Error).message}`);
  }
  return trainer.steps ?? 0;
}
