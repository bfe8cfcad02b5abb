import type * as tf from '@tensorflow/tfjs-core';
import { batches, type Decoder, type Denoiser, type RandomStream } from 'tfjs-generative';
import { createLatentModel, createVae, encodeLatents } from '../latent-diffusion/model.js';
import type { LabelledImages } from '../shared/image-data.js';
import { trainInParts } from '../shared/train-in-parts.js';

/** A class-conditional denoiser of latents, and what turns latents into pictures. */
export interface TrainedModel {
  readonly denoiser: Denoiser;
  readonly decoder: Decoder;
  /** Converts the denoiser's latents to the decoder's: a scale and an offset for each number. */
  restore(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

/** Trains the models of latent-diffusion for so many updates each. */
export async function trainModel(training: LabelledImages, steps: number, random: RandomStream): Promise<TrainedModel> {
  const plan = { steps, part: steps, save: () => Promise.resolve() };
  const vae = createVae({ steps, random });
  const pictures = batches(training.images, { batchSize: 64, random });
  await trainInParts(vae.trainer, pictures, { ...plan, label: 'VAE', shown: ({ elbo }) => ({ ELBO: elbo }) });
  const latents = await encodeLatents(vae.encoder, training);
  const model = createLatentModel({ steps, random });
  const source = latents.source(256, random.fork('latents'));
  await trainInParts(model.trainer, source, { ...plan, label: 'diffusion', shown: ({ loss }) => ({ loss }) });
  return {
    denoiser: model.averaged,
    decoder: vae.decoder,
    restore: latents.restore,
    dispose: () => [model, latents, vae].forEach((owner) => owner.dispose()),
  };
}
