import * as tf from '@tensorflow/tfjs-core';
import { sampleDpmSolver, imageGrid, type Decoder, type Denoiser, type RandomStream } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { CLASSES, type LabelledImages } from '../shared/image-data.js';
import { inParts } from '../shared/in-parts.js';
import { labelsInTurn } from '../shared/labels.js';
import { encodeImages, splitPosterior, type Latents, type Vae } from './model.js';

/** Steps of the sampler; with guidance each calls the denoiser twice. */
const STEPS = 20;

/** Pictures `[n, 28, 28, 1]` in [0, 1] from latents `[n, latent]`. */
export function decodeImages(decoder: Decoder, z: tf.Tensor): tf.Tensor {
  return inParts(z, (part) => tf.clipByValue(decoder.mean(part), 0, 1));
}

/** Samples as defined by a VAE: the latents come from the prior. */
export function sampleFromPrior({ encoder, decoder }: Vae, count: number, random: RandomStream): tf.Tensor {
  return tf.tidy(() => decodeImages(decoder, random.normal([count, encoder.latentSize])));
}

/** What {@link sampleLatentDiffusion} takes. */
export interface LatentSamplesOptions {
  readonly vae: Vae;
  readonly latents: Latents;
  readonly denoiser: Denoiser;
  readonly count: number;
  readonly random: RandomStream;
  /** 1 by default: no guidance. */
  readonly guidance?: number;
}

/** Samples whose latents come from the denoiser, the same number for each class: 0 ... 9, repeatedly. */
export async function sampleLatentDiffusion(options: LatentSamplesOptions): Promise<tf.Tensor> {
  const { vae, latents, denoiser, count, random, guidance = 1 } = options;
  const condition = labelsInTurn(count);
  const shape = [count, vae.encoder.latentSize];
  const x = await sampleDpmSolver(denoiser, { shape, steps: STEPS, random, condition, guidance });
  const samples = tf.tidy(() => decodeImages(vae.decoder, latents.restore(x)));
  tf.dispose([condition, x]);
  return samples;
}

/** Reconstructions of the first images, decoded from the means of their posteriors. */
export async function reconstruct(
  { encoder, decoder }: Vae,
  { images }: LabelledImages,
  count: number,
): Promise<tf.Tensor> {
  const posteriors = await encodeImages(encoder, images);
  const copies = tf.tidy(() => decodeImages(decoder, tf.slice(splitPosterior(posteriors).mean, 0, count)));
  posteriors.dispose();
  return copies;
}

const ROWS = 3;
/** One per class. */
const COLUMNS = CLASSES;
/** Pixels of the file per pixel of a picture. */
const SCALE = 2;
/** Pixels between the pictures of a block, and between blocks. */
const [GAP, SPACE] = [2, 10];

/** Blocks of the first pictures of each set, one below the other, as a PNG file, dark on white. */
export async function drawBlocks(sets: readonly tf.Tensor[]): Promise<Uint8Array> {
  const picture = tf.tidy(() => {
    const blocks = sets.map((images) => {
      const dark = tf.sub(1, tf.slice(images, 0, Math.min(ROWS * COLUMNS, images.shape[0])));
      return imageGrid(dark, { columns: COLUMNS, gap: GAP, background: 1 });
    });
    const space = tf.ones([SPACE, ...blocks[0]!.shape.slice(1)]);
    return tf.concat(blocks.flatMap((block, i) => (i === 0 ? [block] : [space, block])));
  });
  const png = await encodePng(picture, { scale: SCALE });
  picture.dispose();
  return png;
}

/** The first pictures of each class, as many as a block has, with one per class in each row: `[ROWS * CLASSES, ...]`; disposed by the caller. */
export function oneClassPerColumn(images: tf.Tensor, labels: Int32Array): tf.Tensor {
  const indices = Array.from({ length: ROWS * CLASSES }, (_, i) => {
    const ofClass = [...labels.keys()].filter((index) => labels[index] === i % CLASSES);
    return ofClass[Math.floor(i / CLASSES) % Math.max(1, ofClass.length)] ?? 0;
  });
  return tf.gather(images, indices);
}
