// Trains a variational autoencoder on pictures of clothes, measures it, and draws what it has learned.
import * as tf from '@tensorflow/tfjs-core';
import { batches, createRandom, estimateLogLikelihood, saveCheckpoint, type RandomStream } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { binaryPixels, firstImages, flatImages } from '../shared/flat-images.js';
import { evaluate } from '../shared/evaluate.js';
import { fitWithProgress } from '../shared/fit-with-progress.js';
import { loadImages, type LabelledImages } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { createModel, readLatentSize, type Model } from './model.js';
import { drawMap, drawPictures } from './pictures.js';

const FOLDER = 'out/quickstart';
const BATCH_SIZE = 128;
const LATENT_SIZE = 20;
/** Passes over the data for a second model, whose two latents are the coordinates of the map. */
const MAP_EPOCHS = 5;

const options = readOptions({
  command: 'npm run quickstart --',
  about: `Trains a VAE on Fashion-MNIST, prints its test ELBO in nats per image, and draws pictures into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of MNIST or Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', default: 10, minimum: 1, help: 'passes over the training images' },
    latent: {
      kind: 'integer',
      minimum: 1,
      maximum: 784,
      help: `length of the latent vectors; ${LATENT_SIZE} by default`,
    },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/checkpoint.safetensors` },
  },
});

run(async () => {
  const began = performance.now();
  const { train: training, test } = await loadImages(options.data);
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const latentSize =
    saved === undefined ? (options.latent ?? LATENT_SIZE) : readLatentSize(saved.bytes, options.latent);
  const backend = await startBackend(options);
  const random = createRandom(options.seed);

  const model = createModel({ images: training, latentSize, random });
  const source = binaryBatches(training, random);
  if (saved !== undefined) await resume(model.trainer, source, saved);
  // The map comes first: after a few seconds there is something to look at.
  const map = latentSize === 2 ? undefined : await trainMap(training, random);
  if (map !== undefined) await saveMap(map, test);
  const steps = await fitWithProgress(model.trainer, source, {
    epochs: options.epochs,
    label: 'VAE',
  });
  const testImages = binaryPixels(firstImages(test, Infinity), random.fork('test pixels'));
  const { elbo, logLikelihood, kl } = await evaluate(model.trainer, testImages);
  console.log(`test ELBO ${elbo.toFixed(2)} nats per image = ${logLikelihood.toFixed(2)} - ${kl.toFixed(2)} (KL)`);
  console.log(`log-likelihood ${await estimate(model, testImages, random)} nats by importance sampling`);

  if (map === undefined) await saveMap(model, test);
  const pictures = await drawPictures({ model, map: map ?? model, test, random: random.fork('pictures') });
  const checkpoint = await saveCheckpoint(model.trainer, {
    data: source,
    metadata: { example: 'quickstart', latentSize },
  });
  for (const [name, png] of Object.entries(pictures)) await saveFile(`${FOLDER}/${name}.png`, png);
  await saveFile(`${FOLDER}/checkpoint.safetensors`, checkpoint);
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, {
    elbo,
    logLikelihood,
    kl,
    epochs: options.epochs,
    steps,
    seconds,
    seed: options.seed,
    backend,
  });
  console.log(
    `${Object.keys(pictures)
      .map((name) => `${FOLDER}/${name}.png`)
      .join('\n')}\n${FOLDER}/checkpoint.safetensors`,
  );
  console.log(`done in ${seconds.toFixed(0)} s`);
});

function binaryBatches(training: LabelledImages, random: RandomStream) {
  return batches(flatImages(training), { batchSize: BATCH_SIZE, random, transform: binaryPixels });
}

/** The model with two latents for the map, trained on the same pictures. */
async function trainMap(training: LabelledImages, random: RandomStream): Promise<Model> {
  const map = createModel({ images: training, latentSize: 2, random: random.fork('map') });
  const source = binaryBatches(training, random.fork('map'));
  await fitWithProgress(map.trainer, source, { epochs: MAP_EPOCHS, label: 'map' });
  return map;
}

/** Draws the map of a model with two latents, and says where it is. */
async function saveMap(map: Model, test: LabelledImages): Promise<void> {
  const file = `${FOLDER}/latent-map.png`;
  await saveFile(file, await drawMap(map, test));
  console.log(file);
}

/** An estimate of log p(x) for the first images. */
async function estimate({ encoder, decoder }: Model, images: tf.Tensor, random: RandomStream): Promise<string> {
  const x = tf.slice(images, 0, Math.min(100, images.shape[0]));
  const { nats, standardError } = await estimateLogLikelihood({ encoder, decoder }, x, { samples: 100, random });
  x.dispose();
  return `${nats.toFixed(1)} ± ${standardError.toFixed(1)}`;
}
