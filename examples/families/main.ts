// Trains a VAE, a GAN and a diffusion model on the same pictures for the same time, and compares their samples.
import * as tf from '@tensorflow/tfjs';
import { createRandom } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { firstPictures } from '../shared/flat-images.js';
import { loadClothes, type ImageSet } from '../shared/image-data.js';
import { samplesFor } from '../shared/image-measures.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { diffusion } from './diffusion.js';
import type { Family } from './family.js';
import { gan } from './gan.js';
import { drawFamilies } from './picture.js';
import { createReference, measureRow, type Reference, type Row } from './row.js';
import { table } from './table.js';
import { trainFor } from './train.js';
import { vae } from './vae.js';

const FOLDER = 'out/families';
/** Samples of each model in the picture, two per class. */
const SHOWN = 20;

const options = readOptions({
  command: 'npm run example -- families',
  about: `Trains a VAE, a GAN and a diffusion model for the same time, and compares them in a table and a picture in ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    minutes: { kind: 'number', default: 5, minimum: 0.01, help: 'training time of each model' },
    vae: { kind: 'integer', minimum: 1, help: 'updates of the VAE, in place of a time' },
    gan: { kind: 'integer', minimum: 1, help: 'updates of the GAN, in place of a time' },
    diffusion: { kind: 'integer', minimum: 1, help: 'updates of the diffusion model, in place of a time' },
    samples: {
      kind: 'integer',
      default: 5000,
      minimum: 20,
      help: 'samples of each model to measure, and test images to compare them with',
    },
    runs: { kind: 'integer', default: 1, minimum: 1, help: 'how many times, with the seed and those after it' },
    copies: {
      kind: 'flag',
      help: 'look for copies of training images among all samples: minutes for each row on the full set',
    },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

run(async () => {
  const began = performance.now();
  const data = await loadClothes(options.data);
  const backend = await startBackend(options);
  const reference = await createReference(data);
  const rows: Row[] = [await measureData(data, reference)];
  for (let seed = options.seed; seed < options.seed + options.runs; seed++) {
    const shown: tf.Tensor[] = [];
    for (const family of [vae, gan, diffusion]) {
      const results = await runFamily(family, { data, reference, seed });
      rows.push(...results.rows);
      shown.push(results.shown);
    }
    await saveFile(`${FOLDER}/families-${seed}.png`, await drawFamilies(shown, data, reference));
    tf.dispose(shown);
    console.log(`${FOLDER}/families-${seed}.png`);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(table(rows));
  await writeReport(options.json, { rows, minutes: options.minutes, seconds, seed: options.seed, backend });
  console.log(`done in ${seconds.toFixed(0)} s`);
});

/** Measures training images as if they were samples (and for copies, test images): the values of a perfect model. */
async function measureData(data: ImageSet, reference: Reference): Promise<Row> {
  const pixels = firstPictures(data.train, countFor(data));
  const fresh = firstPictures(data.test, countFor(data));
  const copiesAmong = options.copies ? fresh : undefined;
  const measured = await measureRow(pixels, { seed: options.seed, reference, copiesAmong });
  tf.dispose([pixels, fresh]);
  return { name: 'data', seed: options.seed, ...measured };
}

/** Number of samples of each model. */
function countFor({ test }: ImageSet): number {
  return Math.min(options.samples, samplesFor(test));
}

/** Number of updates of each family: as requested, or as many as its first run made. */
const planned = new Map(
  Object.entries({ VAE: options.vae, GAN: options.gan, diffusion: options.diffusion }).filter(([, updates]) => updates),
) as Map<string, number>;

interface FamilyRun {
  readonly data: ImageSet;
  readonly reference: Reference;
  readonly seed: number;
}

/** Trains a model, then makes and measures its samples in each way; `shown` are some samples of the last way. */
async function runFamily(
  family: Family,
  { data, reference, seed }: FamilyRun,
): Promise<{ rows: Row[]; shown: tf.Tensor }> {
  const folder = options.resume ?? FOLDER;
  const trained = await trainFor(family, {
    images: data.train,
    seconds: 60 * options.minutes,
    seed,
    checkpoint: `${folder}/${family.name}-${seed}.safetensors`,
    resumes: options.resume !== undefined,
    steps: planned.get(family.name),
  });
  const { model, steps, seconds: trainingSeconds } = trained;
  planned.set(family.name, steps);
  const bounds = await model.bounds?.(data.test);
  const { parameters } = model;
  const rows: Row[] = [];
  let shown: tf.Tensor | undefined;
  for (const { name, sample } of model.ways) {
    const began = performance.now();
    const samples = await sample(countFor(data), createRandom(seed).fork('samples'));
    await tf.sum(samples).data(); // waits for the device
    const millisecondsPerImage = (performance.now() - began) / samples.shape[0];
    const measured = await measureRow(samples, { seed, reference, copiesAmong: options.copies ? samples : undefined });
    rows.push({
      name,
      seed,
      ...measured,
      parameters,
      steps,
      trainingSeconds,
      millisecondsPerImage,
      ...bounds,
    });
    shown?.dispose();
    shown = tf.slice(samples, 0, Math.min(SHOWN, samples.shape[0]));
    samples.dispose();
  }
  model.dispose();
  return { rows, shown: shown! };
}
