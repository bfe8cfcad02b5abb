// Turns pictures of clothes into 7 x 7 codes, trains two models of the codes, and draws new pictures from both.
import * as tf from '@tensorflow/tfjs-core';
import { batches, createRandom, saveCheckpoint, type Batch, type BatchSource, type Trainer } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { codeUsage } from 'tfjs-generative/tokens';
import { startBackend } from '../shared/backend.js';
import { loadClothes } from '../shared/image-data.js';
import { measureImages, samplesFor, type ImageMeasures } from '../shared/image-measures.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { createCodeVae, createPrior, PLACES } from './model.js';
import { checkpointFile, readPlan, startFolder, stepsOf, type ModelName } from './plan.js';
import { drawSheet, encodeAll, meanLogProb, reconstruct, sampleClothes } from './samples.js';

const FOLDER = 'out/vq-images';
const PICTURE = `${FOLDER}/samples.png`;
const BATCH = 64;
/** Number of checkpoints of each model in a whole run. */
const SAVES = 10;

const options = readOptions({
  command: 'npm run example -- vq-images',
  about: `Trains a VAE that turns Fashion-MNIST into 7 x 7 codes, and two models of the codes. Measures their samples, and draws them into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    vae: { kind: 'integer', minimum: 1, help: 'total updates of the VAE; 3000 by default' },
    prior: {
      kind: 'integer',
      minimum: 1,
      help: 'total updates of the autoregressive model of the codes, 4000 by default; the masked one makes twice as many',
    },
    codebook: { kind: 'flag', help: 'learn 512 codes, instead of 8 levels in each of 3 dimensions' },
    calls: {
      kind: 'integer',
      minimum: 1,
      maximum: PLACES ** 2,
      default: 10,
      help: 'how many calls the masked model makes per sample',
    },
    reveal: {
      kind: 'choice',
      choices: ['equal', 'cosine'],
      default: 'cosine',
      help: 'whether each call of the masked model draws equally many codes, or the first calls draw fewer than the last',
    },
    guidance: {
      kind: 'number',
      default: 1,
      minimum: 0,
      help: 'how strongly samples are pushed towards their class; 1 is neutral',
    },
    temperature: { kind: 'number', default: 1, minimum: 0, help: 'below 1, likely codes become more likely' },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

run(async () => {
  const began = performance.now();
  const { train: training, test } = await loadClothes(options.data);
  const { plan, saved } = await readPlan(options.resume, options);
  const { seed, codebook } = plan;
  const backend = await startBackend(options);
  const random = createRandom(seed);
  await startFolder(FOLDER, saved);

  /** Trains a model, or continues from its checkpoint, with a checkpoint after each tenth of the updates. */
  const trainModel = async <N extends string>(
    name: ModelName,
    trainer: Trainer<N>,
    source: BatchSource<Batch>,
    shown: (metrics: Readonly<Record<N, number>>) => Record<string, number>,
  ): Promise<number> => {
    const run = saved[name];
    if (run !== undefined) await resume(trainer, source, run);
    const steps = stepsOf(plan, name);
    return trainInParts(trainer, source, {
      steps,
      part: Math.ceil(steps / SAVES),
      label: name,
      shown,
      save: async (done) => {
        const metadata = { ...plan, done };
        await saveFile(checkpointFile(FOLDER, name), await saveCheckpoint(trainer, { data: source, metadata }));
      },
    });
  };

  const vae = createCodeVae({ steps: plan.vae, random, codebook });
  const pictures = batches(training.images, { batchSize: BATCH, random });
  let seconds = await trainModel('vae', vae.trainer, pictures, ({ elbo }) => ({ ELBO: elbo }));

  const { quantizer } = vae.encoder;
  const { codes } = quantizer;
  const [indices, testIndices] = [await encodeAll(vae.encoder, training), await encodeAll(vae.encoder, test)];
  const { used, perplexity } = await codeUsage(testIndices, { codes });
  const { used: usedInTraining } = await codeUsage(indices, { codes });
  const count = samplesFor(test);
  const sets: Record<string, tf.Tensor> = { reconstructions: reconstruct(vae, testIndices, count) };
  const nats: Record<string, number> = { uniform: PLACES ** 2 * Math.log(codes) };
  for (const name of ['autoregressive', 'masked'] as const) {
    const own = random.fork(name);
    const masked = name === 'masked';
    const prior = createPrior({ steps: stepsOf(plan, name), random: own, codes, masked });
    const source = batches({ x: indices, condition: training.labels }, { batchSize: BATCH, random: own.fork('data') });
    seconds += await trainModel(name, prior.trainer, source, ({ bits }) => ({ 'bits per code': bits }));
    const model = prior.averaged;
    nats[name] = -(await meanLogProb(model, { indices: testIndices, labels: test.labels, random: own.fork('bound') }));
    const { calls, reveal, guidance, temperature } = options;
    const sampling = { guidance, temperature, ...(masked && { steps: calls, reveal }), random: own.fork('samples') };
    sets[name] = await sampleClothes({ ...vae, model, count }, sampling);
    prior.dispose();
  }
  vae.dispose();
  tf.dispose([indices, testIndices]);

  await saveFile(PICTURE, await drawSheet(sets, test));
  const measures: Record<string, ImageMeasures> = {};
  for (const [name, images] of Object.entries(sets)) {
    measures[name] = await measureImages(images, { test, seed });
    images.dispose();
  }
  console.log(
    `${usedInTraining} of ${codes} codes used by training pictures, ${used} by test pictures; perplexity ${perplexity.toFixed(0)}`,
  );
  console.log(
    '| pictures | nats of the codes | Frechet distance: classifier | autoencoder | precision / recall |\n|---|---|---|---|---|',
  );
  for (const [name, { frechetDistance, autoencoder, precision, recall }] of Object.entries(measures)) {
    const ownNats = (nats[name] ?? nats['uniform']!).toFixed(1);
    const distances = [frechetDistance, autoencoder.frechetDistance].map((distance) => distance.toFixed(2));
    console.log(`| ${[name, ownNats, ...distances, `${precision.toFixed(2)} / ${recall.toFixed(2)}`].join(' | ')} |`);
  }
  const usage = { codes, used, usedInTraining, perplexity };
  const { calls, reveal, guidance, temperature } = options;
  await writeReport(options.json, {
    ...plan,
    calls,
    reveal,
    guidance,
    temperature,
    usage,
    nats,
    measures,
    seconds,
    backend,
  });
  console.log(
    `${PICTURE}\n${seconds.toFixed(0)} s of training, ${((performance.now() - began) / 1000).toFixed(0)} s in all`,
  );
});
