import { gaussianPrior, type LatentPrior } from '../distributions/index.js';
import { classesOf } from '../nets/classes-of.js';
import type { Part } from '../nets/network.js';
import { wrongKind } from '../tensor/errors.js';
import { note, noteOf } from '../tensor/made-by.js';
import { checkFunction } from '../tensor/checks.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { Decoder } from './decoder.js';
import type { GaussianEncoder } from './gaussian-encoder.js';
import { isDrawnByEncode, type VaeEncoder } from './latent-encoder.js';
import { checkDensity } from './latent-kl.js';

/** A model whose importance weights can be computed: a VAE's three slots. `E` is the type of its encoder. */
export interface VaeParts<E extends VaeEncoder = GaussianEncoder> {
  /** q(z|x). */
  readonly encoder: E;
  /** p(x|z). */
  readonly decoder: Decoder;
  /** p(z); default the encoder's own, which is {@link gaussianPrior} unless it names one. */
  readonly prior?: LatentPrior | undefined;
}

/** Any of them, as the objectives read them. */
export type AnyVae = VaeParts<VaeEncoder>;

/** Throws unless the parts are an encoder, a decoder and, if there is one, a prior; `of` goes before their names in the message. */
export function checkVaeParts(where: string, parts: Partial<AnyVae> | undefined, of = ''): void {
  checkEncoder(where, `${of}encoder`, parts?.encoder);
  checkFunction(where, `${of}decoder.decode`, parts?.decoder?.decode);
  const prior = parts?.prior ?? (parts?.encoder as Partial<{ prior: LatentPrior }>).prior;
  if (prior !== undefined) checkDensity(where, `${of}prior`, prior);
}

/** Throws if the KL divergence would be infinite: a Gaussian encoder also draws where the uniform prior has no density. */
export function checkSupport(where: string, encoder: VaeEncoder, prior: LatentPrior): void {
  // all encoders of ours are Gaussian, and so are those with `encode` alone
  if (!isBounded(prior) || !(noteOf(encoder) || isDrawnByEncode(encoder.draw))) return;
  const rule = 'must have a density wherever the encoder draws';
  throw wrongKind(where, 'prior', rule, { seen: 'uniformPrior', fix: 'Use gaussianPrior.' });
}

/** Whether a prior has no density beyond [-1, 1], at least in its top block. */
function isBounded(prior: LatentPrior): boolean {
  const { kind, options } = noteOf<object>(prior) ?? {};
  const { top } = (options ?? {}) as { readonly top?: LatentPrior };
  return kind === 'uniformPrior' || (top !== undefined && isBounded(top));
}

/** Throws unless an encoder has `encode` or `draw`. */
export function checkEncoder(where: string, argument: string, encoder: VaeEncoder | undefined): void {
  const { draw } = (encoder ?? {}) as Partial<GaussianEncoder>;
  if (typeof draw !== 'function')
    checkFunction(where, `${argument}.encode`, (encoder as GaussianEncoder | undefined)?.encode);
}

/** The prior of a model. */
export function priorOf({ encoder, prior }: Pick<AnyVae, 'encoder' | 'prior'>): LatentPrior {
  return prior ?? (encoder as { readonly prior?: LatentPrior | undefined }).prior ?? gaussianPrior;
}

/**
 * A prior as a part of its model: its variables without those of other parts, such as the encoder of a {@link createVampPrior}. So a
 * checkpoint holds each variable once. Undefined if nothing is left.
 */
export function priorPart(prior: LatentPrior, ...others: readonly Part[]): Part | undefined {
  const { variables, buffers = [], notResumable } = prior as LatentPrior & Partial<Part>;
  if (variables === undefined) return undefined;
  const known = new Set(others.flatMap(savedVariables));
  const own = (all: Part['variables']) => all.filter((variable) => !known.has(variable));
  const part = { variables: own(variables), buffers: own(buffers), notResumable, dispose: () => undefined };
  if (part.variables.length === 0) return undefined;
  return note(part, { classes: classesOf({ ...prior, variables }) });
}

/** An encoder that an objective may ask for either: `draw`, or `encode`, which throws if there is none. */
export function withEncode(encoder: VaeEncoder): GaussianEncoder {
  if ((encoder as Partial<GaussianEncoder>).encode !== undefined) return encoder as GaussianEncoder;
  const encode = (): never => {
    const fix = 'Draw latents with encoder.draw(x, random, options).';
    throw wrongKind('encode', 'encoder', 'must have `encode`, as a Gaussian encoder has', { got: encoder, fix });
  };
  return { ...encoder, encode };
}
