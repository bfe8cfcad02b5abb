// Trains a DCGAN on pictures of clothes, draws its samples after each epoch, and measures its quality and variety.
import { createRandom, loadWeights, saveWeights } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { loadClothes } from '../shared/image-data.js';
import { measureImages, printMeasures, samplesFor } from '../shared/image-measures.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { resumedPlan, type Plan } from '../shared/plan.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInEpochs } from '../shared/train-in-epochs.js';
import { createModel, createSource } from './model.js';
import { drawGrid, GRID_SIZE, makeSamples } from './samples.js';

const FOLDER = 'out/gan-images';
/** Default number of passes over the training images. */
const EPOCHS = 10;

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
    trained: { kind: 'file', help: 'weights to measure, such as the included ones, instead of training' },
    weights: { kind: 'output', help: 'write the weights of the averaged generator' },
  },
});

run(async () => {
  const began = performance.now();
  const { train: training, test } = await loadClothes(options.data);
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const plan = readPlan(saved?.bytes, options);
  const { epochs, classes, seed } = plan;
  const backend = await startBackend(options);
  const random = createRandom(seed);

  const source = createSource(training, classes, random);
  const steps = epochs * source.batchesPerEpoch;
  const { trainer, averaged } = createModel({ classes, steps, random });
  if (options.trained !== undefined) {
    await loadWeights(averaged, await loadFile(options.trained));
  } else {
    if (saved !== undefined) await resume(trainer, source, saved);
    const latents = averaged.sampleLatent(GRID_SIZE, random.fork('pictures'));
    await trainInEpochs(trainer, source, {
      plan,
      folder: FOLDER,
      label: 'GAN',
      shown: ({ discriminatorLoss, generatorLoss, penalty }) => ({
        discriminator: discriminatorLoss,
        generator: generatorLoss,
        penalty,
      }),
      draw: () => drawGrid(averaged, latents, classes),
    });
    console.log(`${FOLDER}/epoch-${String(epochs).padStart(2, '0')}.png`);
  }
  if (options.weights !== undefined) await saveFile(options.weights, await saveWeights(averaged));

  const samples = makeSamples(averaged, samplesFor(test), random.fork('samples'), classes);
  const measures = await measureImages(samples, { test, seed });
  printMeasures(measures);
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { ...measures, epochs, steps, trained: options.trained, seconds, seed, backend });
  console.log(`done in ${seconds.toFixed(0)} s`);
});

/** The settings of a run. */
export interface GanPlan extends Plan {
  readonly example: 'gan-images';
  /** Whether both networks are conditioned on the class. */
  readonly classes: boolean;
}

/** The plan from the options, or from the checkpoint to resume. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { epochs, classes, seed }: { epochs?: number | undefined; classes: boolean; seed: number },
): GanPlan {
  if (checkpoint === undefined) return { example: 'gan-images', epochs: epochs ?? EPOCHS, done: 0, classes, seed };
  const plan = resumedPlan<GanPlan>('gan-images', checkpoint, epochs);
  if (classes && !plan.classes) {
    throw new InputError('--classes does not fit --resume: the networks in the checkpoint are not conditional.');
  }
  return plan;
}
