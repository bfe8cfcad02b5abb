// Trains a DCGAN on pictures of clothes, draws its samples after each epoch, and measures its quality and variety.
import {
  batches,
  createRandom,
  loadCheckpoint,
  saveCheckpoint,
  saveWeights,
  train,
  type Batch,
  type BatchSource,
  type Verdict,
} from 'tfjs-generative';
import { loadFile, saveFile, terminalProgress, type TerminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { loadImages } from '../shared/image-data.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { measure, type Measures } from './measure.js';
import { createModel, type Model } from './model.js';
import { drawGrid, GRID_SIZE } from './pictures.js';
import { readPlan } from './plan.js';

const FOLDER = 'out/gan-images';
const BATCH_SIZE = 32;
/** Updates between two movements of the progress bar. */
const REPORT_EVERY = 25;

const options = readOptions({
  command: 'npm run example -- gan-images',
  about: `Trains a GAN on Fashion-MNIST, measures its samples, and draws them after each epoch into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', minimum: 1, help: 'total passes over the training images; 10 by default' },
    classes: { kind: 'flag', help: 'condition both networks on the class; the grid then has one class per column' },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/checkpoint-04.safetensors` },
    weights: { kind: 'output', help: 'write the weights of the averaged generator' },
  },
});

run(async () => {
  const began = performance.now();
  const { train: training, test } = await loadImages(options.data);
  const [, height, width] = training.images.shape;
  if (height !== 28 || width !== 28)
    throw new InputError(`--data must have images of 28 x 28; got ${height} x ${width}.`);
  const resumed = options.resume === undefined ? undefined : await loadFile(options.resume);
  const plan = readPlan(resumed, options);
  const { epochs, classes, seed } = plan;
  const backend = await startBackend();
  const random = createRandom(seed);

  const data = { x: training.images, ...(classes ? { condition: training.labels } : {}) };
  const source = batches(data, { batchSize: BATCH_SIZE, random });
  const steps = epochs * source.batchesPerEpoch;
  const { trainer, averaged } = createModel({ classes, steps, random });
  if (resumed !== undefined) {
    await loadCheckpoint(trainer, resumed, { data: source }).catch((error: Error) => {
      throw new InputError(`--resume ${options.resume}: ${error.message}`);
    });
  }

  const latents = averaged.sampleLatent(GRID_SIZE, random.fork('pictures'));
  const progress = terminalProgress({ total: steps, label: 'GAN' });
  for (let done = plan.done; done < epochs; done++) {
    const verdicts = await trainEpoch(trainer, source, progress);
    const name = String(done + 1).padStart(2, '0');
    const metadata = { ...plan, epochs, done: done + 1 };
    await saveFile(`${FOLDER}/epoch-${name}.png`, await drawGrid(averaged, latents, classes));
    await saveFile(
      `${FOLDER}/checkpoint-${name}.safetensors`,
      await saveCheckpoint(trainer, { data: source, metadata }),
    );
    for (const { message } of verdicts) console.error(`epoch ${done + 1}: ${message}`);
  }
  progress.stop();
  if (options.weights !== undefined) await saveFile(options.weights, await saveWeights(averaged));

  const measures = await measure({
    generator: averaged,
    isConditional: classes,
    test,
    seed,
    random: random.fork('samples'),
  });
  printMeasures(measures);
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { ...measures, epochs, steps, seconds, seed, backend });
  console.log(`${FOLDER}/epoch-${String(epochs).padStart(2, '0')}.png`);
  console.log(`done in ${seconds.toFixed(0)} s`);
});

/** Makes one pass over the images; returns the verdicts of the last report. */
async function trainEpoch(
  trainer: Model['trainer'],
  source: BatchSource<Batch>,
  progress: TerminalProgress,
): Promise<readonly Verdict[]> {
  const steps = source.batchesPerEpoch;
  let last: readonly Verdict[] = [];
  for await (const { totalSteps, metrics, verdicts } of train(trainer, source, { steps, reportEvery: REPORT_EVERY })) {
    const { discriminatorLoss, generatorLoss, penalty } = metrics;
    progress.update(totalSteps, { discriminator: discriminatorLoss, generator: generatorLoss, penalty });
    last = verdicts;
  }
  return last;
}

/** Each measure above its protocol. */
function printMeasures({ classes, frechetDistance, kernelDistance, precision, recall, protocols }: Measures): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const lines = {
    classes: `classes ${classes.shares.map(percent).join(' ')}`,
    frechetDistance: `Frechet distance ${frechetDistance.toFixed(2)}`,
    kernelDistance: `kernel distance ${kernelDistance.toFixed(2)}`,
    precisionRecall: `precision ${percent(precision)}, recall ${percent(recall)}`,
  };
  for (const [name, line] of Object.entries(lines)) console.log(`${line}\n  ${protocols[name]}`);
}
