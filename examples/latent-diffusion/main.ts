// Trains a VAE on pictures of clothes and a diffusion model on its latents, and compares samples of the two.
import type * as tf from '@tensorflow/tfjs-core';
import { batches, createRandom, saveCheckpoint, type RandomStream } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { loadClothes, type LabelledImages } from '../shared/image-data.js';
import { measureImages, samplesFor, type ImageMeasures } from '../shared/image-measures.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { encodeLatents, createLatentModel, createVae, type Latents, type LatentModel, type Vae } from './model.js';
import { drawBlocks, oneClassPerColumn, reconstruct, sampleFromPrior, sampleLatentDiffusion } from './samples.js';
import { checkpointFiles, readCheckpoints, readPlan, startFolder, type LatentPlan, type SavedModels } from './plan.js';

const FOLDER = 'out/latent-diffusion';
const PICTURE = `${FOLDER}/samples.png`;
const files = checkpointFiles(FOLDER);
const [VAE_BATCH, DENOISER_BATCH] = [64, 256];
/** The guidance of the guided samples, which are for comparison. */
const GUIDANCE = 1.5;
/** Number of the denoiser's checkpoints in a whole run. */
const SAVES = 10;

const options = readOptions({
  command: 'npm run example -- latent-diffusion',
  about: `Trains a VAE and a diffusion model of its latents on Fashion-MNIST, measures their samples, and draws them into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', minimum: 1, help: 'total passes of the VAE over the training images; 10 by default' },
    steps: { kind: 'integer', minimum: 1, help: 'total updates of the denoiser; 4000 by default' },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

run(async () => {
  const began = performance.now();
  const { train: training, test } = await loadClothes(options.data);
  const saved = options.resume === undefined ? undefined : await readCheckpoints(options.resume);
  const plan = readPlan(saved, options);
  const { epochs, steps, seed } = plan;
  const backend = await startBackend(options);
  const random = createRandom(seed);

  const vae = await trainVae({ training, random, plan, saved });
  const latents = await encodeLatents(vae.encoder, training);
  const model = await trainDenoiser({ latents, random, plan, saved });

  const count = samplesFor(test);
  const own = { vae, latents, denoiser: model.averaged, count, random: random.fork('latent samples') };
  const sets = {
    prior: sampleFromPrior(vae, count, random.fork('prior samples')),
    latentDiffusion: await sampleLatentDiffusion(own),
    // from the same noise
    guided: await sampleLatentDiffusion({ ...own, random: random.fork('latent samples'), guidance: GUIDANCE }),
    reconstructions: await reconstruct(vae, test, count),
  };
  for (const owner of [model, latents, vae]) owner.dispose();
  await saveFile(PICTURE, await draw(sets, test));
  const measures = {} as Record<SetName, ImageMeasures>;
  for (const [name, images] of Object.entries(sets) as [SetName, tf.Tensor][]) {
    measures[name] = await measureImages(images, { test, seed });
    images.dispose();
  }
  print(measures);
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { ...measures, epochs, steps, seconds, seed, backend });
  console.log(`${PICTURE}\ndone in ${seconds.toFixed(0)} s`);
});

const TITLES = {
  prior: 'VAE, latents from the prior',
  latentDiffusion: 'VAE, latents from diffusion',
  guided: `the same, guidance ${GUIDANCE}`,
  reconstructions: 'reconstructions of test images',
} as const;

type SetName = keyof typeof TITLES;

interface Stage {
  readonly random: RandomStream;
  readonly plan: LatentPlan;
  readonly saved: SavedModels | undefined;
}

/** A VAE, trained or loaded, with a checkpoint after each epoch. */
async function trainVae({ training, random, plan, saved }: Stage & { training: LabelledImages }): Promise<Vae> {
  const source = batches(training.images, { batchSize: VAE_BATCH, random });
  const part = source.batchesPerEpoch;
  const steps = plan.epochs * part;
  const vae = createVae({ steps, random });
  if (saved !== undefined) await resume(vae.trainer, source, saved.vae);
  await startFolder(FOLDER, saved, plan);
  await trainInParts(vae.trainer, source, {
    steps,
    part,
    label: 'VAE',
    shown: ({ elbo, kl }) => ({ ELBO: elbo, KL: kl }),
    save: async (done) => {
      const metadata = { ...plan, done: done / part };
      await saveFile(files.vae, await saveCheckpoint(vae.trainer, { data: source, metadata }));
    },
  });
  return vae;
}

/** A denoiser of latents, trained or loaded, with a checkpoint after each tenth of the updates. */
async function trainDenoiser({ latents, random, plan, saved }: Stage & { latents: Latents }): Promise<LatentModel> {
  const { epochs, steps } = plan;
  const source = latents.source(DENOISER_BATCH, random.fork('latents'));
  const model = createLatentModel({ steps, random });
  if (saved?.denoiser !== undefined && plan.updates > 0) await resume(model.trainer, source, saved.denoiser);
  await trainInParts(model.trainer, source, {
    steps,
    part: Math.ceil(steps / SAVES),
    label: 'diffusion',
    shown: ({ loss }) => ({ loss }),
    save: async (updates) => {
      const metadata = { ...plan, done: epochs, updates };
      await saveFile(files.denoiser, await saveCheckpoint(model.trainer, { data: source, metadata }));
    },
  });
  return model;
}

/** Three blocks: samples from the prior, samples of latent diffusion, and reconstructions, one class per column in the last two. */
async function draw(sets: Readonly<Record<SetName, tf.Tensor>>, { labels }: LabelledImages): Promise<Uint8Array> {
  const copies = oneClassPerColumn(sets.reconstructions, labels.data.subarray(0, sets.reconstructions.shape[0]));
  const png = await drawBlocks([sets.prior, sets.latentDiffusion, copies]);
  copies.dispose();
  return png;
}

/** Prints a table of the measures, and the protocol of each. */
function print(measures: Readonly<Record<SetName, ImageMeasures>>): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  console.log('| pictures | features | Frechet distance | kernel distance | precision | recall | share of a class |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [name, title] of Object.entries(TITLES) as [SetName, string][]) {
    const { classes, autoencoder, ...classifier } = measures[name];
    for (const [features, own] of Object.entries({ classifier, autoencoder })) {
      const cells = [
        title,
        features,
        own.frechetDistance.toFixed(features === 'classifier' ? 1 : 2),
        own.kernelDistance.toFixed(features === 'classifier' ? 1 : 2),
        percent(own.precision),
        percent(own.recall),
        `${percent(classes.least)} to ${percent(classes.most)}`,
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
  const { protocols, autoencoder } = measures.prior;
  for (const protocol of [...Object.values(protocols), ...Object.values(autoencoder.protocols)]) {
    console.log(`  ${protocol}`);
  }
}
