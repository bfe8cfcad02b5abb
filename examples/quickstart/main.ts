// Trains a variational autoencoder on pictures of clothes, measures it, and draws what it has learned.
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  createRandom,
  estimateLogLikelihood,
  loadCheckpoint,
  readMetrics,
  saveCheckpoint,
  train,
  type RandomStream,
} from 'tfjs-generative';
import { loadFile, saveFile, terminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { binaryPixels } from '../shared/binary-pixels.js';
import { loadImages, type LabelledImages } from '../shared/image-data.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { createModel, readLatentSize, type Model } from './model.js';
import { drawPictures } from './pictures.js';

const FOLDER = 'out/quickstart';
const BATCH_SIZE = 128;
const LATENT_SIZE = 20;
/** Passes over the data for the second model, whose two latents are the coordinates of the map. */
const MAP_EPOCHS = 8;

const options = readOptions({
  command: 'npm run quickstart --',
  about: `Trains a VAE on Fashion-MNIST, prints its test ELBO in nats per image and draws pictures into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of MNIST or Fashion-MNIST; the subset that ships here unless given',
    },
    epochs: { kind: 'integer', default: 10, minimum: 1, help: 'passes over the training images' },
    latent: {
      kind: 'integer',
      minimum: 1,
      maximum: 784,
      help: `numbers in a latent vector; ${LATENT_SIZE} unless given`,
    },
    resume: { kind: 'file', help: `goes on from a checkpoint such as ${FOLDER}/checkpoint.safetensors` },
  },
});

run(async () => {
  const began = performance.now();
  const { train: training, test } = await loadImages(options.data);
  const resumed = options.resume === undefined ? undefined : await loadFile(options.resume);
  const latentSize = resumed === undefined ? (options.latent ?? LATENT_SIZE) : readLatentSize(resumed, options.latent);
  const backend = await startBackend();
  const random = createRandom(options.seed);

  const model = createModel({ images: training, latentSize, random });
  const source = binaryBatches(training, random);
  if (resumed !== undefined) {
    await loadCheckpoint(model.trainer, resumed, { data: source }).catch((error: Error) => {
      throw new InputError(`--resume ${options.resume}: ${error.message}`);
    });
  }
  const steps = await fitWithProgress(model, source, options.epochs, `VAE, ${latentSize} latents`);
  const { elbo, logLikelihood, kl } = await measure(model, test, random);
  console.log(`test ELBO ${elbo.toFixed(2)} nats per image = ${logLikelihood.toFixed(2)} - ${kl.toFixed(2)} (KL)`);
  console.log(`log-likelihood ${await estimate(model, test, random)} nats by importance sampling`);

  const map = latentSize === 2 ? model : await trainMap(training, random);
  const pictures = await drawPictures({ model, map, test, random: random.fork('pictures') });
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

function binaryBatches({ images }: LabelledImages, random: RandomStream) {
  const flat = { data: images.data, shape: [images.shape[0], images.data.length / images.shape[0]] };
  return batches(flat, { batchSize: BATCH_SIZE, random, transform: binaryPixels });
}

/** Trains with a bar that shows the terms of the bound and the time left; gives the number of updates. */
async function fitWithProgress(model: Model, source: ReturnType<typeof binaryBatches>, epochs: number, label: string) {
  const steps = epochs * source.batchesPerEpoch;
  const progress = terminalProgress({ total: steps, label });
  try {
    for await (const { step, metrics } of train(model.trainer, source, { steps, reportEvery: 10 })) {
      progress.update(step, { ELBO: metrics.elbo, 'log-likelihood': metrics.logLikelihood, KL: metrics.kl });
    }
  } finally {
    progress.stop();
  }
  return steps;
}

/** The model with two latents for the map, trained on the same pictures. */
async function trainMap(training: LabelledImages, random: RandomStream): Promise<Model> {
  const map = createModel({ images: training, latentSize: 2, random: random.fork('map') });
  await fitWithProgress(map, binaryBatches(training, random.fork('map')), MAP_EPOCHS, 'map, 2 latents');
  return map;
}

/** The terms of the bound on the test images, made black and white once. */
async function measure({ trainer }: Model, test: LabelledImages, random: RandomStream) {
  const count = test.images.shape[0];
  const sums = { elbo: 0, logLikelihood: 0, kl: 0 };
  for await (const grey of batches(flatTest(test), { batchSize: 500 })) {
    const x = binaryPixels(grey, random.fork('test pixels'));
    const metrics = await readMetrics(trainer.evaluate(x));
    for (const name of ['elbo', 'logLikelihood', 'kl'] as const) sums[name] += (metrics[name] * x.shape[0]!) / count;
    tf.dispose([grey, x]);
  }
  return sums;
}

/** log p(x) of the first test images. */
async function estimate({ encoder, decoder }: Model, test: LabelledImages, random: RandomStream): Promise<string> {
  const { data, shape } = flatTest(test);
  const count = Math.min(100, shape[0]!);
  const x = tf.tidy(() => {
    const grey = tf.div(tf.tensor2d(Float32Array.from(data.subarray(0, count * shape[1]!)), [count, shape[1]!]), 255);
    return binaryPixels(grey, random.fork('test pixels'));
  });
  const { nats, standardError } = await estimateLogLikelihood({ encoder, decoder }, x, { samples: 100, random });
  x.dispose();
  return `${nats.toFixed(1)} ± ${standardError.toFixed(1)}`;
}

function flatTest({ images }: LabelledImages) {
  return { data: images.data, shape: [images.shape[0], images.data.length / images.shape[0]] };
}
