import * as tf from '@tensorflow/tfjs';
import { sampleDpmSolver, type Decoder, type Denoiser, type RandomStream } from 'tfjs-generative';
import type { LabelledImages } from '../shared/image-data.js';
import { inParts } from '../shared/in-parts.js';
import { labelsInTurn } from '../shared/labels.js';
import { encodeImages, splitPosterior, type Latents } from './latents.js';
import type { Vae } from './model.js';

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
