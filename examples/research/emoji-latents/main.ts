// Trains a VAE of colour pictures of 64 x 64 and a diffusion model of its 8 x 8 latents, and draws samples.
import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  createRandom,
  saveCheckpoint,
  sampleDpmSolver,
  type Batch,
  type BatchSource,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { balanced, choose, type ColourPictures } from '../../shared/colour-pictures.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { drawGrid, labelsByClass } from '../../emoji-samples/sampling.js';
import { encodeLatents, type Latents, type LatentModel, type Vae } from '../../latent-diffusion/model.js';
import { checkpointFiles } from '../../latent-diffusion/plan.js';
import { decodeImages } from '../../latent-diffusion/samples.js';
import { startBackend } from '../../shared/backend.js';
import { heapMegabytes } from '../shared/heap.js';
import { inParts } from '../../shared/in-parts.js';
import { colourOf, readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { readSavedRun, resume } from '../../shared/saved-run.js';
import { trainInParts } from '../../shared/train-in-parts.js';
import { createLatentModel, createVae, LATENT_SIZE } from './model.js';

const FOLDER = 'out/emoji-latents';
const files = checkpointFiles(FOLDER);
const SIZE = 64;
const [VAE_BATCH, DENOISER_BATCH] = [32, 64];
/** Number of parts of each training, each of which ends with a checkpoint. */
const PARTS = 10;
/** Pictures reconstructed at once. */
const AT_ONCE = 100;
const [COLUMNS, STEPS, GUIDANCE] = [10, 15, 1.5];

const options = readOptions({
  command: 'npm run example -- emoji-latents',
  about: `Trains a VAE of colour pictures of 64 x 64 and a diffusion model of its 8 x 8 latents, and draws samples into ${FOLDER}.`,
  options: {
    data: { kind: 'folder', help: 'your own folder, with a sub-folder of pictures for each class' },
    package: {
      kind: 'folder',
      help: 'an unpacked npm package such as emoji-datasource-twitter; give this or --data',
    },
    background: { kind: 'colour', default: '#ffffff', help: 'the colour under transparent pixels' },
    vae: { kind: 'integer', default: 3_000, minimum: 1, help: 'updates of the VAE, with 32 pictures each' },
    steps: { kind: 'integer', default: 5_000, minimum: 1, help: 'updates of the denoiser, with 64 pictures each' },
    resume: { kind: 'folder', help: `continue from the checkpoints in a folder such as ${FOLDER}` },
  },
});

run(async () => {
  const began = performance.now();
  const set = await loadPictures({ ...options, size: SIZE, background: colourOf(options.background) });
  const training = balanced(set.train);
  const { classes } = training;
  const backend = await startBackend(options);
  const random = createRandom(options.seed);

  const vae = await trainVae(training, random);
  const latents = await encodeLatents(vae.encoder, training);
  const model = await trainDenoiser(latents, classes.length, random);

  const labels = labelsByClass(classes.length, COLUMNS);
  const condition = tf.tensor1d(labels, 'int32');
  const shape = [labels.length, LATENT_SIZE];
  const own = { shape, steps: STEPS, random: random.fork('samples'), condition, guidance: GUIDANCE };
  const x = await sampleDpmSolver(model.averaged, own);
  const samples = tf.tidy(() => decodeImages(vae.decoder, latents.restore(x)));
  tf.dispose([x, condition]);
  await saveFile(`${FOLDER}/samples.png`, await drawGrid(samples, COLUMNS));
  await saveFile(`${FOLDER}/reconstructions.png`, await drawReconstructions(vae, set.heldOut));
  const error = await reconstructionError(vae, set.heldOut);
  const heap = heapMegabytes();
  for (const owner of [model, latents, vae]) owner.dispose();
  console.log(`root mean squared error of held-out reconstructions ${error.toFixed(4)}; wasm heap ${heap ?? '-'} MB`);
  console.log(`${FOLDER}/samples.png\n${FOLDER}/reconstructions.png; rows: ${classes.join(', ')}`);
  const seconds = (performance.now() - began) / 1000;
  const { vae: vaeSteps, steps, seed } = options;
  await writeReport(options.json, { error, heap, vaeSteps, steps, seconds, seed, backend });
  console.log(`done in ${seconds.toFixed(0)} s`);
});

async function trainVae({ images }: ColourPictures, random: RandomStream): Promise<Vae> {
  const steps = options.vae;
  const vae = createVae({ steps, random });
  const source = batches(images, { batchSize: VAE_BATCH, random: random.fork('pictures') });
  await resumeFrom('vae', vae.trainer, source);
  await trainInParts(vae.trainer, source, {
    steps,
    part: Math.ceil(steps / PARTS),
    label: 'VAE',
    shown: ({ elbo, kl }) => ({ ELBO: elbo, KL: kl }),
    save: async () => saveFile(files.vae, await saveCheckpoint(vae.trainer, { data: source })),
  });
  return vae;
}

async function trainDenoiser(latents: Latents, classes: number, random: RandomStream): Promise<LatentModel> {
  const { steps } = options;
  const source = latents.source(DENOISER_BATCH, random.fork('latents'));
  const model = createLatentModel({ steps, random, classes });
  await resumeFrom('denoiser', model.trainer, source);
  await trainInParts(model.trainer, source, {
    steps,
    part: Math.ceil(steps / PARTS),
    label: 'diffusion',
    shown: ({ loss }) => ({ loss }),
    save: async () => saveFile(files.denoiser, await saveCheckpoint(model.trainer, { data: source })),
  });
  return model;
}

/** Restores a training from the folder of `--resume`, if it has begun there. */
async function resumeFrom(
  part: keyof typeof files,
  trainer: Trainer<string>,
  source: BatchSource<Batch>,
): Promise<void> {
  if (options.resume === undefined) return;
  const path = checkpointFiles(options.resume)[part];
  if (existsSync(path)) await resume(trainer, source, await readSavedRun(path));
}

/** Held-out pictures above their reconstructions. */
async function drawReconstructions(vae: Vae, heldOut: ColourPictures): Promise<Uint8Array> {
  const every = Math.max(1, Math.floor(heldOut.labels.shape[0] / COLUMNS));
  const originals = pixelsOf(
    choose(
      heldOut,
      Array.from({ length: COLUMNS }, (_, i) => (i * every) % heldOut.labels.shape[0]),
    ),
  );
  const rows = tf.tidy(() => tf.concat([originals, reconstruct(vae, originals)]));
  originals.dispose();
  return drawGrid(rows, COLUMNS);
}

async function reconstructionError(vae: Vae, heldOut: ColourPictures): Promise<number> {
  const x = pixelsOf(heldOut);
  const error = tf.tidy(() => tf.sqrt(tf.mean(tf.squaredDifference(x, reconstruct(vae, x)))));
  const [value] = await error.data();
  tf.dispose([x, error]);
  return value!;
}

function reconstruct({ encoder, decoder }: Vae, x: tf.Tensor): tf.Tensor {
  return inParts(x, (part) => tf.clipByValue(decoder.mean(encoder.encode(part).mean), 0, 1), AT_ONCE);
}

function pixelsOf({ images }: ColourPictures): tf.Tensor {
  return tf.tidy(() => tf.div(tf.tensor(Float32Array.from(images.data), [...images.shape]), 255));
}
