import type { Denoiser } from '../diffusion/index.js';
import type { Discriminator, Generator } from '../gan/index.js';
import type { Network } from '../nets/index.js';
import type { Decoder, GaussianEncoder } from '../vae/index.js';

/** What a file may hold, by the word that names it. */
export interface ModelParts {
  /** A layer or a network. */
  readonly network: Network;
  /** What `createGaussianEncoder` gives. */
  readonly encoder: GaussianEncoder;
  /** What `createDecoder` gives. */
  readonly decoder: Decoder;
  /** What `createGenerator` gives. */
  readonly generator: Generator;
  /** What `createDiscriminator` gives. */
  readonly discriminator: Discriminator;
  /** What `createDenoiser` gives. */
  readonly denoiser: Denoiser;
}

/** The word that names what a file holds. */
export type ModelKind = keyof ModelParts;

/** What is expected of a file: one part of a kind, or parts by their names. */
export type ExpectedModel = ModelKind | { readonly [name: string]: ModelKind };

/** What is loaded: the part or the parts that are expected; any, where nothing is. */
export type LoadedModel<As extends ExpectedModel | undefined> = As extends ModelKind
  ? ModelParts[As]
  : As extends { readonly [name: string]: ModelKind }
    ? { readonly [Name in keyof As]: ModelParts[As[Name]] }
    : ModelParts[ModelKind] | { readonly [name: string]: ModelParts[ModelKind] };

/** The kinds of parts by the function that makes one; what is not in it makes a network. */
const makers: ReadonlyMap<string, ModelKind> = new Map([
  ['createGaussianEncoder', 'encoder'],
  ['createDecoder', 'decoder'],
  ['createGenerator', 'generator'],
  ['createDiscriminator', 'discriminator'],
  ['createDenoiser', 'denoiser'],
]);

/** The words that name what a file may hold. */
export const modelKinds: readonly ModelKind[] = ['network', ...makers.values()];

/** The kind of part that a function makes. */
export function kindMadeBy(maker: string): ModelKind {
  return makers.get(maker) ?? 'network';
}
