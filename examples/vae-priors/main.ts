// Trains the same VAE with two latents under five priors, and draws where its latents are and where each prior expects them.
import * as tf from '@tensorflow/tfjs-core';
import { existsSync } from 'node:fs';
import { createRandom, estimateLogLikelihood, latentKl, saveCheckpoint, type RandomStream } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { binaryPixels, firstImages } from '../shared/flat-images.js';
import { loadClothes, type ImageSet } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { resumedPlan, type Plan } from '../shared/plan.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { createModel, createSource, PRIORS, type Model, type PriorName } from './model.js';
import { drawColumns, panelsOf } from './picture.js';

const EXAMPLE = 'vae-priors';
const FOLDER = `out/${EXAMPLE}`;

const options = readOptions({
  command: `npm run example -- ${EXAMPLE}`,
  about: `Trains the same VAE under five priors, prints a table, and writes a picture and checkpoints into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', minimum: 1, help: 'passes over the training images for each prior; 30 by default' },
    images: { kind: 'integer', default: 1000, minimum: 2, help: 'how many test images to measure' },
    samples: { kind: 'integer', default: 200, minimum: 1, help: 'importance samples for each test image' },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

/** The settings of a run, and its seconds of training so far. */
interface PriorPlan extends Plan {
  readonly example: typeof EXAMPLE;
  readonly seconds: number;
}

/** A row of the table, in nats per picture. */
interface Row {
  readonly prior: PriorName;
  /** The importance-weighted estimate of log p(x). */
  readonly nats: number;
  readonly elbo: number;
  readonly kl: number;
  /** Number of parameters of the prior alone. */
  readonly ofPrior: number;
  readonly seconds: number;
}

run(async () => {
  const set = await loadClothes(options.data);
  const backend = await startBackend(options);
  const rows: Row[] = [];
  const columns: tf.Tensor[] = [];
  for (const prior of PRIORS) {
    const { row, panels } = await runPrior(prior, set);
    rows.push(row);
    columns.push(panels);
  }
  await saveFile(`${FOLDER}/priors.png`, await drawColumns(columns));
  tf.dispose(columns);
  console.log(tableOf(rows));
  console.log(`${FOLDER}/priors.png: a column for each prior, in this order; latents by class, density, decoded draws`);
  await writeReport(options.json, { rows, seed: options.seed, backend });
});

/** Trains under one prior, or continues; measures on test pictures, and draws. */
async function runPrior(name: PriorName, { train, test }: ImageSet): Promise<{ row: Row; panels: tf.Tensor }> {
  const file = `${name}-${options.seed}.safetensors`;
  const saved = options.resume === undefined ? undefined : await savedIn(`${options.resume}/${file}`);
  const plan: PriorPlan =
    saved === undefined
      ? { example: EXAMPLE, epochs: options.epochs ?? 30, done: 0, seed: options.seed, seconds: 0 }
      : resumedPlan<PriorPlan>(EXAMPLE, saved.bytes, options.epochs);
  const random = createRandom(plan.seed);
  const source = createSource(train, random);
  const part = source.batchesPerEpoch;
  const model = createModel({ prior: name, train, steps: plan.epochs * part, random });
  const { encoder, trainer, ofPrior } = model;
  if (saved !== undefined) await resume(trainer, source, saved);
  const now = await trainInParts(trainer, source, {
    steps: plan.epochs * part,
    part,
    label: name,
    shown: ({ elbo, kl }) => ({ ELBO: elbo, KL: kl }),
    save: async (steps, seconds) => {
      const metadata = { ...plan, done: steps / part, seconds: plan.seconds + seconds } satisfies PriorPlan;
      await saveFile(`${FOLDER}/${file}`, await saveCheckpoint(trainer, { data: source, metadata }));
    },
  });
  const measuring = random.fork('measure');
  const x = tf.tidy(() => binaryPixels(firstImages(test, options.images), measuring.fork('pixels')));
  const measured = await measure(model, x, measuring);
  const latents = tf.tidy(() => encoder.draw(x, measuring.fork('latents')).z);
  const panels = await panelsOf(model, { latents, labels: test.labels.data, random: measuring });
  tf.dispose([x, latents]);
  model.dispose();
  return { row: { prior: name, ...measured, ofPrior, seconds: plan.seconds + now }, panels };
}

/** The log-likelihood, the bound and its KL term of pictures, nats per picture. */
async function measure({ encoder, decoder, prior }: Model, x: tf.Tensor, random: RandomStream) {
  const draws = { samples: options.samples, random: random.fork('nats') };
  const { nats } = await estimateLogLikelihood({ encoder, decoder, prior }, x, draws);
  const means = tf.tidy(() => {
    const draw = encoder.draw(x, random.fork('bound'));
    const kl = tf.mean(latentKl(draw, prior));
    const logLikelihood = tf.mean(decoder.likelihood.logProb(x, decoder.decode(draw.z)));
    return tf.stack([tf.sub(logLikelihood, kl), kl]);
  });
  const [elbo, kl] = (await means.data()) as unknown as [number, number];
  means.dispose();
  return { nats, elbo, kl };
}

async function savedIn(path: string) {
  return existsSync(path) ? readSavedRun(path) : undefined;
}

function tableOf(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['prior', 'log p(x), nats', 'ELBO', 'KL', 'numbers of the prior', 'training, s']),
    line(['---', '---', '---', '---', '---', '---']),
    ...rows.map(({ prior, nats, elbo, kl, ofPrior, seconds }) =>
      line([prior, nats.toFixed(2), elbo.toFixed(2), kl.toFixed(2), ofPrior.toLocaleString('en'), seconds.toFixed(0)]),
    ),
  ].join('\n');
}
