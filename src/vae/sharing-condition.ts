import type { LatentPrior } from '../distributions/index.js';
import { classesOf } from '../nets/classes-of.js';
import type { ApplyOptions } from '../nets/network.js';
import { noteOf } from '../tensor/made-by.js';
import type { Decoder } from './decoder.js';
import type { GaussianEncoder } from './gaussian-encoder.js';
import { isDrawnByEncode, type LatentEncoder, type VaeEncoder } from './latent-encoder.js';
import { priorOf, type AnyVae } from './vae-parts.js';

/** A model whose prior is known. */
interface Slots extends AnyVae {
  readonly prior: LatentPrior;
}

/** All slots; if some of them ignore a condition and others do not, the condition is not passed to those that do. */
export function sharingCondition(parts: AnyVae): Slots {
  const { encoder, decoder } = parts;
  const prior = priorOf(parts);
  const [encoderIgnores, decoderIgnores] = [encoder, decoder].map((part) => classesOf(part) === 0);
  if (encoderIgnores && decoderIgnores && !readsCondition(prior)) return { encoder, decoder, prior };
  return {
    encoder: encoderIgnores ? encoderAlone(encoder) : encoder,
    decoder: decoderIgnores ? decoderAlone(decoder) : decoder,
    prior: ignoresCondition(prior) ? priorAlone(prior) : prior,
  };
}

/** {@link sharingCondition} for a decoder with its prior. */
export function sharingWithPrior(decoder: Decoder, prior: LatentPrior): Omit<Slots, 'encoder'> {
  const decoderIgnores = classesOf(decoder) === 0;
  if (decoderIgnores && !readsCondition(prior)) return { decoder, prior };
  return {
    decoder: decoderIgnores ? decoderAlone(decoder) : decoder,
    prior: ignoresCondition(prior) ? priorAlone(prior) : prior,
  };
}

/** Whether a prior is made of networks that ignore a condition. */
export function ignoresCondition(prior: LatentPrior): boolean {
  return noteOf(prior)?.classes === 0;
}

/** Whether a prior may depend on a condition: it has networks that do, or it is a user's own. */
export function readsCondition(prior: LatentPrior): boolean {
  const { classes, kind } = noteOf(prior) ?? {};
  return classes !== 0 && kind !== 'gaussianPrior' && kind !== 'uniformPrior';
}

/** The options without the condition. */
export const alone = (options?: ApplyOptions): ApplyOptions => ({ ...options, condition: undefined });

function encoderAlone(encoder: VaeEncoder): VaeEncoder {
  const { encode, draw } = encoder as GaussianEncoder & LatentEncoder;
  return {
    ...encoder,
    ...(encode !== undefined && { encode: (x, options) => encode(x, alone(options)) }),
    draw: isDrawnByEncode(draw)
      ? undefined
      : (x, random, options) => draw(x, random, { ...options, condition: undefined }),
  } as VaeEncoder;
}

function decoderAlone(decoder: Decoder): Decoder {
  return {
    ...decoder,
    decode: (z, options) => decoder.decode(z, alone(options)),
    mean: (z, options) => decoder.mean(z, alone(options)),
    sample: (z, random, options) => decoder.sample(z, random, alone(options)),
  };
}

function priorAlone(prior: LatentPrior): LatentPrior {
  const { sample, logProb, gaussians, blocks, responsibilities } = prior;
  return {
    ...prior,
    sample: (shape, random, options) => sample(shape, random, alone(options)),
    ...(logProb && { logProb: (z, options) => logProb(z, alone(options)) }),
    ...(gaussians && { gaussians: (z, options) => gaussians(z, alone(options)) }),
    ...(blocks && { blocks: (z, options) => blocks(z, alone(options)) }),
    ...(responsibilities && { responsibilities: (z, options) => responsibilities(z, alone(options)) }),
  };
}
