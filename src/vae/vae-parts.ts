import { gaussianPrior, type LatentPrior } from '../distributions/index.js';
import { classesOf } from '../nets/classes-of.js';
import type { Part } from '../nets/network.js';
import { checkRecord } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { note, noteOf } from '../tensor/made-by.js';
import { checkCopy } from '../tensor/own-members.js';
import { savedVariables } from '../training/trainer/trainer.js';
import { checkDecoder, type Decoder } from './decoder.js';
import { encodeOf, readEncoder, type LatentEncoder, type VaeEncoder } from './latent-encoder.js';

/** The three parts of a VAE: its encoder, its decoder and its prior. */
export interface VaeParts {
  /** q(z|x). */
  readonly encoder: VaeEncoder;
  /** p(x|z). */
  readonly decoder: Decoder;
  /** p(z); by default the encoder's own prior, or {@link gaussianPrior} if it has none. */
  readonly prior?: LatentPrior | undefined;
}

/** The checked parts of a VAE: the encoder has `draw`, and the prior `logProb`. */
export interface Vae {
  readonly encoder: LatentEncoder;
  readonly decoder: Decoder;
  readonly prior: LatentPrior;
}

/** Reads the parts of a model; `prefix` precedes their names in errors. */
export function readVae(where: string, parts: Partial<VaeParts> | undefined, prefix = ''): Vae {
  const encoder = readEncoder(where, `${prefix}encoder`, parts?.encoder);
  const decoder = parts?.decoder;
  checkDecoder(where, `${prefix}decoder`, decoder);
  const prior = priorOf({ encoder, prior: parts?.prior });
  checkDensity(where, `${prefix}prior`, prior);
  return { encoder, decoder: decoder!, prior };
}

/** The prior of a model. */
export function priorOf({ encoder, prior }: Pick<VaeParts, 'encoder' | 'prior'>): LatentPrior {
  return prior ?? encoder.prior ?? gaussianPrior;
}

/** Throws unless `prior` has a sample and a density, or if it is a copy of ours with blocks that do not belong to its density. */
export function checkDensity(where: string, argument: string, prior: LatentPrior): void {
  checkRecord(where, argument, prior, 'sample logProb', 'gaussianPrior, createMixturePrior(...)');
  checkCopy(where, argument, prior, 'logProb', 'Replace it, too.');
}

/**
 * Throws if the KL divergence would be infinite: a Gaussian encoder also draws where the uniform prior has no density; codes have
 * probabilities, and no density.
 */
export function checkSupport(where: string, { encoder, prior }: Pick<Vae, 'encoder' | 'prior'>): void {
  const [isCodes, isOfCodes] = [encoder, prior].map((part) => 'quantizer' in part);
  if (isCodes !== isOfCodes && noteOf(encoder)?.kind && noteOf(prior)?.kind) {
    const [rule, fix] = isCodes
      ? ['must give probabilities of codes', 'Use uniformCodes or createCodePrior.']
      : ['must have a density', 'Only a createQuantizedEncoder draws codes.'];
    throw wrongKind(where, 'prior', rule, { seen: noteOf(prior)!.kind, fix });
  }
  // all other encoders that this library makes are Gaussian
  if (!isBounded(prior) || !(noteOf(encoder)?.kind ?? encodeOf(encoder))) return;
  const rule = 'must have a density wherever the encoder draws';
  throw wrongKind(where, 'prior', rule, { seen: 'uniformPrior', fix: 'Use gaussianPrior.' });
}

/** Whether a prior, or that of its top block, has no density beyond [-1, 1]. */
function isBounded(prior: LatentPrior): boolean {
  const { kind, options } = noteOf<object>(prior) ?? {};
  const { top } = (options ?? {}) as { readonly top?: LatentPrior };
  return kind === 'uniformPrior' || (top !== undefined && isBounded(top));
}

/**
 * A prior as a part of its model: its variables without those of other parts, such as the encoder of a {@link createVampPrior}. So a
 * checkpoint holds each variable once. Undefined if no variable is left.
 */
export function priorPart(prior: LatentPrior & Partial<Part>, ...others: readonly Part[]): Part | undefined {
  const { variables, buffers = [], notResumable } = prior;
  if (variables === undefined) return undefined;
  const known = new Set(others.flatMap(savedVariables));
  const own = (all: Part['variables']) => all.filter((variable) => !known.has(variable));
  const part = { variables: own(variables), buffers: own(buffers), notResumable, dispose: () => undefined };
  return part.variables.length === 0 ? undefined : note(part, { classes: classesOf(prior) });
}
