// VAEs blur, and the likelihood determines how much. This example trains
// the same network with each likelihood and measures how sharp its pictures are. It takes about eight minutes.
import * as tf from '@tensorflow/tfjs';
import { createPriorSampler, createRandom, createVaeTrainer, imageGrid } from 'tfjs-generative';
import { sharpness } from 'tfjs-generative/metrics';
import { encodePng, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../../shared/backend.js';
import { evaluate } from '../../shared/evaluate.js';
import { fitWithProgress } from '../../shared/fit-with-progress.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { openClothes } from './clothes.js';
import { openEmoji } from './emoji.js';
import type { Compared, Study } from './study.js';

const FOLDER = 'out/likelihoods';
/** Pictures per row, if there are as many test pictures. */
const COLUMNS = 16;
/** The width of a level of a pixel in [0, 1] is 1 / 255. */
const LEVELS_APART = 255;

const options = readOptions({
  command: 'npm run example -- likelihoods',
  about: `Trains a VAE with each likelihood, prints how sharp its pictures are, and draws them into ${FOLDER}.`,
  options: {
    set: {
      kind: 'choice',
      choices: ['clothes', 'emoji'],
      default: 'clothes',
      help: 'grey pictures of clothes, or emoji in colour at 16 x 16',
    },
    data: {
      kind: 'folder',
      help: 'the four IDX files of MNIST or Fashion-MNIST, or for emoji a folder with a sub-folder of pictures for each class; by default what ships with the examples',
    },
    epochs: {
      kind: 'integer',
      minimum: 1,
      help: 'passes over the training images for each likelihood; by default 15, for emoji 4',
    },
  },
});

interface Outcome {
  readonly kl: number;
  readonly elbo: number;
  /** The negative bound in bits per number of a picture with 256 levels. */
  readonly bits?: number;
  readonly squaredError: number;
  /** Sharpness divided by that of the test images. */
  readonly reconstructions: number;
  readonly samples: number;
  /** The distance of samples from test pictures. */
  readonly distance?: number;
}

run(async () => {
  const began = performance.now();
  const prepare = options.set === 'clothes' ? await openClothes(options.data) : await openEmoji(options.data);
  const backend = await startBackend(options);
  const study = await prepare();
  const { test, shape, likelihoods } = study;
  const epochs = options.epochs ?? study.epochs;
  const real = await sharpnessOf(test, study);
  const outcomes: Record<string, Outcome> = {};
  const columns = Math.min(COLUMNS, test.shape[0]);
  const rows: tf.Tensor[] = [tf.slice(test, 0, columns)];

  for (const [name, compared] of Object.entries(likelihoods)) {
    const { copies, samples, ...outcome } = await judge(study, { name, compared, epochs });
    outcomes[name] = {
      ...outcome,
      reconstructions: (await sharpnessOf(copies, study)) / real,
      samples: (await sharpnessOf(samples, study)) / real,
    };
    rows.push(tf.slice(copies, 0, columns), tf.slice(samples, 0, columns));
    tf.dispose([copies, samples]);
  }

  print(outcomes);
  const picture = tf.tidy(() => {
    const images = tf.clipByValue(tf.reshape(tf.concat(rows), [-1, ...shape]), 0, 1);
    // grey pictures are drawn as ink on paper
    return imageGrid(shape[2] === 1 ? tf.sub(1, images) : images, { columns, gap: 2, background: 1 });
  });
  await saveFile(`${FOLDER}/likelihoods.png`, await encodePng(picture, { scale: 2 }));
  console.log(
    `${FOLDER}/likelihoods.png: test images; then reconstructions and samples for each likelihood, in this order`,
  );
  const seconds = (performance.now() - began) / 1000;
  const { seed, json } = options;
  await writeReport(json, { sharpness: real, outcomes, epochs, seconds, seed, backend });
});

interface Judged {
  readonly name: string;
  readonly compared: Compared;
  readonly epochs: number;
}

/** Trains a model and measures it on the test pictures; `copies` are its reconstructions of them. */
async function judge(study: Study, { name, compared: { likelihood, nats }, epochs }: Judged) {
  const { test, condition, latentSize, shape } = study;
  const random = createRandom(options.seed);
  const source = study.source(random);
  const { encoder, decoder } = study.createParts(likelihood, random);
  const optimizer = study.createOptimizer(epochs * source.batchesPerEpoch);
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random, clipNorm: 1000 });
  await fitWithProgress(trainer, source, { epochs, label: name });
  const { elbo, kl } = await evaluate(trainer, test, { condition });
  const given = condition && { condition };
  const copies = tf.tidy(() => decoder.mean(encoder.encode(test, given).mean, given));
  const count = condition?.shape[0] ?? 2000;
  const samples = createPriorSampler(decoder, { latentSize }).draw(count, random.fork('samples'), given);
  const squaredError = (await tf.tidy(() => tf.mean(tf.squaredDifference(test, copies))).data())[0]!;
  const distance = await study.distance?.(samples);
  for (const owner of [trainer, encoder, decoder]) owner.dispose();
  const perNumber = elbo / (shape[0] * shape[1] * shape[2]);
  const bits = ((nats === 'density' ? Math.log(LEVELS_APART) : 0) - perNumber) / Math.LN2;
  return {
    kl,
    elbo,
    ...(nats === 'neither' ? {} : { bits }),
    squaredError,
    ...(distance === undefined ? {} : { distance }),
    copies,
    samples,
  };
}

async function sharpnessOf(pictures: tf.Tensor, { shape }: Study): Promise<number> {
  const images = tf.tidy(() => tf.reshape(tf.clipByValue(pictures, 0, 1), [-1, ...shape]));
  const { value } = await sharpness(images);
  images.dispose();
  return value;
}

function print(outcomes: Readonly<Record<string, Outcome>>): void {
  const measured = Object.values(outcomes).some(({ distance }) => distance !== undefined);
  const more = measured ? ' Frechet distance of samples |' : '';
  console.log(
    `| likelihood | bits per number | KL, nats | squared error | sharpness of reconstructions | of samples |${more}`,
  );
  console.log(`|---|---|---|---|---|---|${measured ? '---|' : ''}`);
  for (const [name, { bits, kl, squaredError, reconstructions, samples, distance }] of Object.entries(outcomes)) {
    const percent = (part: number): string => `${Math.round(100 * part)}%`;
    const last = distance === undefined ? '' : ` ${distance.toFixed(1)} |`;
    console.log(
      `| \`${name}\` | ${bits?.toFixed(2) ?? ''} | ${kl.toFixed(1)} | ${squaredError.toFixed(4)} | ${percent(reconstructions)} | ${percent(samples)} |${last}`,
    );
  }
}
