// VAEs blur, and the likelihood determines how much. This example trains
// the same network on grey pixels with each likelihood and measures how sharp its pictures are. It takes about eight minutes.
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  bernoulli,
  continuousBernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createPriorSampler,
  createRandom,
  createVaeTrainer,
  discretizedLogistic,
  gaussian,
  imageGrid,
  learnedGaussian,
  mlp,
  type Likelihood,
  type RandomStream,
} from 'tfjs-generative';
import { sharpness } from 'tfjs-generative/metrics';
import { encodePng, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { evaluate } from '../shared/evaluate.js';
import { fitWithProgress } from '../shared/fit-with-progress.js';
import { firstImages, flatImages } from '../shared/flat-images.js';
import { loadImages, type ImageSet } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';

const FOLDER = 'out/likelihoods';
const LATENT_SIZE = 20;
const WIDTH = 512;
const BATCH_SIZE = 128;
/** Pictures per row. */
const COLUMNS = 16;

/** From the blurriest to the sharpest. Pixels have 256 levels, so a variance below that of rounding makes no sense. */
const LIKELIHOODS: Readonly<Record<string, Likelihood>> = {
  'gaussian({ variance: 1 })': gaussian({ variance: 1 }),
  'gaussian({ variance: 0.02 })': gaussian({ variance: 0.02 }),
  bernoulli,
  continuousBernoulli,
  'learnedGaussian({ minLogVariance: -4 })': learnedGaussian({ minLogVariance: -4 }),
  'discretizedLogistic({ levels: 256 })': discretizedLogistic({ levels: 256 }),
};

const options = readOptions({
  command: 'npm run example -- likelihoods',
  about: `Trains one VAE per likelihood, prints how sharp their pictures are, and draws them into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of MNIST or Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', default: 15, minimum: 1, help: 'passes over the training images for each likelihood' },
  },
});

interface Outcome {
  readonly kl: number;
  readonly elbo: number;
  readonly squaredError: number;
  /** Sharpness divided by that of the test images. */
  readonly reconstructions: number;
  readonly samples: number;
}

run(async () => {
  const began = performance.now();
  const data = await loadImages(options.data);
  const backend = await startBackend(options);
  const test = firstImages(data.test, 2000);
  const real = await sharpnessOf(test, data);
  const outcomes: Record<string, Outcome> = {};
  const rows: tf.Tensor[] = [tf.slice(test, 0, COLUMNS)];

  for (const [name, likelihood] of Object.entries(LIKELIHOODS)) {
    const random = createRandom(options.seed);
    const { encoder, decoder, trainer } = createModel(test.shape[1]!, likelihood, random);
    const source = batches(flatImages(data.train), { batchSize: BATCH_SIZE, random });
    await fitWithProgress(trainer, source, { epochs: options.epochs, label: name });
    const { elbo, kl } = await evaluate(trainer, test);
    const copies = tf.tidy(() => decoder.mean(encoder.encode(test).mean));
    const samples = createPriorSampler(decoder, { latentSize: LATENT_SIZE }).draw(2000, random.fork('samples'));
    const squaredError = (await tf.tidy(() => tf.mean(tf.squaredDifference(test, copies))).data())[0]!;
    outcomes[name] = {
      kl,
      elbo,
      squaredError,
      reconstructions: (await sharpnessOf(copies, data)) / real,
      samples: (await sharpnessOf(samples, data)) / real,
    };
    rows.push(tf.slice(copies, 0, COLUMNS), tf.slice(samples, 0, COLUMNS));
    tf.dispose([copies, samples]);
    for (const owner of [trainer, encoder, decoder]) owner.dispose();
  }

  print(outcomes);
  const [, height, width] = data.test.images.shape;
  const picture = tf.tidy(() => {
    const images = tf.reshape(tf.concat(rows), [-1, height, width, 1]);
    return imageGrid(tf.sub(1, tf.clipByValue(images, 0, 1)), { columns: COLUMNS, gap: 2, background: 1 });
  });
  await saveFile(`${FOLDER}/likelihoods.png`, await encodePng(picture, { scale: 2 }));
  console.log(
    `${FOLDER}/likelihoods.png: test images; then reconstructions and samples for each likelihood, in this order`,
  );
  const seconds = (performance.now() - began) / 1000;
  const { epochs, seed, json } = options;
  await writeReport(json, { sharpness: real, outcomes, epochs, seconds, seed, backend });
});

function createModel(pixels: number, likelihood: Likelihood, random: RandomStream) {
  const encoder = createGaussianEncoder(
    mlp({ sizes: [pixels, WIDTH, 2 * LATENT_SIZE], random: random.fork('encoder') }),
    { latentSize: LATENT_SIZE },
  );
  const outputs = pixels * likelihood.parameterSize;
  const decoder = createDecoder(mlp({ sizes: [LATENT_SIZE, WIDTH, outputs], random: random.fork('decoder') }), {
    likelihood,
  });
  const optimizer = createAdam({ learningRate: 1e-3 });
  return { encoder, decoder, trainer: createVaeTrainer({ encoder, decoder, optimizer, random, clipNorm: 1000 }) };
}

async function sharpnessOf(flat: tf.Tensor, { test }: ImageSet): Promise<number> {
  const [, height, width] = test.images.shape;
  const images = tf.tidy(() => tf.reshape(tf.clipByValue(flat, 0, 1), [-1, height, width, 1]));
  const { value } = await sharpness(images);
  images.dispose();
  return value;
}

function print(outcomes: Readonly<Record<string, Outcome>>): void {
  console.log('| likelihood | KL, nats | squared error | sharpness of reconstructions | of samples |');
  console.log('|---|---|---|---|---|');
  for (const [name, { kl, squaredError, reconstructions, samples }] of Object.entries(outcomes)) {
    const percent = (part: number): string => `${Math.round(100 * part)}%`;
    console.log(
      `| \`${name}\` | ${kl.toFixed(1)} | ${squaredError.toFixed(4)} | ${percent(reconstructions)} | ${percent(samples)} |`,
    );
  }
}
