import type { Json } from '../training/index.js';

/** The version of a model's description; others are rejected. */
export const VERSION = 1;

/** The format of the files written here. */
export const FORMAT = 'tfjs-generative model 1';

/** A layer, network or part: the function that makes it, its options, and the indices of the layers in it. */
export interface LayerText {
  readonly kind: string;
  /** Numbers, strings and arrays of numbers; activations, likelihoods and similar values by name; null for an option that is not used. */
  readonly options: { readonly [name: string]: Json };
  /** Indices into the list of layers, each smaller than that of this layer. */
  readonly parts: readonly number[];
}

/** A model as plain data. */
export interface ModelText {
  /** Each layer comes before those that contain it; a layer that occurs twice is listed once. */
  readonly layers: readonly LayerText[];
  /** The index of each part, by name; a single part has the name ''. */
  readonly roots: ReadonlyMap<string, number>;
}
