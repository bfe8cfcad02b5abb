// The VAE of a PyTorch reference on the full Fashion-MNIST, whose test ELBO after 10 epochs is -242.2 nats
// and whose importance-sampled log-likelihood of the first 500 test images is -237.9. It takes about five minutes per seed.
import * as tf from '@tensorflow/tfjs';
import { batches, createRandom, estimateLogLikelihood } from 'tfjs-generative';
import { createModel } from '../../quickstart/model.js';
import { startBackend } from '../../shared/backend.js';
import { binaryPixels, firstImages, flatImages } from '../../shared/flat-images.js';
import { evaluate } from '../../shared/evaluate.js';
import { fitWithProgress } from '../../shared/fit-with-progress.js';
import { loadImages } from '../../shared/image-data.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';

const LATENT_SIZE = 20;
const BATCH_SIZE = 128;
const SAMPLES = 500;

const options = readOptions({
  command: 'npm run example -- vae-reference',
  about: 'Trains the VAE of the PyTorch reference and prints its test ELBO and log-likelihood in nats.',
  options: {
    data: {
      kind: 'folder',
      help: "the full Fashion-MNIST, such as Debian's dataset-fashion-mnist; by default the subset that ships with the examples",
    },
    epochs: { kind: 'integer', default: 10, minimum: 1, help: 'passes over the training images' },
  },
});

run(async () => {
  const began = performance.now();
  const data = await loadImages(options.data);
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { encoder, decoder, trainer } = createModel({ images: data.train, latentSize: LATENT_SIZE, random });
  const source = batches(flatImages(data.train), { batchSize: BATCH_SIZE, random, transform: binaryPixels });
  const steps = await fitWithProgress(trainer, source, { epochs: options.epochs, label: `seed ${options.seed}` });

  const test = binaryPixels(firstImages(data.test, Infinity), random.fork('test pixels'));
  const { elbo, logLikelihood, kl } = await evaluate(trainer, test);
  const first = tf.slice(test, 0, Math.min(500, test.shape[0]));
  const estimate = await estimateLogLikelihood({ encoder, decoder }, first, { samples: SAMPLES, random });
  const seconds = (performance.now() - began) / 1000;
  console.log(`seed ${options.seed}: test ELBO ${elbo.toFixed(2)} nats, log p(x) ${estimate.nats.toFixed(2)} nats`);
  const { epochs, seed, json } = options;
  await writeReport(json, { elbo, logLikelihood, kl, estimate, epochs, steps, seconds, seed, backend });
});
