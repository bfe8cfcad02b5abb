import type { Json } from '../training/index.js';

/** The version of a model's description; later versions are rejected. */
export const VERSION = 1;

/** The format of the files written here. */
export const FORMAT = 'tfjs-generative model 1';

/** One part of a model: the function that makes it, its options, and the indices of the layers that it joins. */
export interface LayerText {
  readonly kind: string;
  /** Numbers, texts and arrays of numbers; activations, likelihoods and the like by name; null for an option that is not used. */
  readonly options: { readonly [name: string]: Json };
  /** Indices into the list; each is below this layer's own. */
  readonly parts: readonly number[];
}

/** A model as plain data. */
export interface ModelText {
  /** Each layer precedes those that join it; a layer that occurs twice is listed once. */
  readonly layers: readonly LayerText[];
  /** The index of each part, by name; a part that was saved alone has the name ''. */
  readonly roots: ReadonlyMap<string, number>;
}
