import type { Json } from '../training/index.js';

/** The version of the description of a model; a later one is refused. */
export const VERSION = 1;

/** The format of the files that are written. */
export const FORMAT = 'tfjs-generative model 1';

/** One part of a model: the function that makes it, its options, and the places of the layers that it joins. */
export interface LayerText {
  readonly kind: string;
  /** Numbers, texts and arrays of numbers; activations, likelihoods and the like by name. */
  readonly options: { readonly [name: string]: Json };
  /** Places in the list; each is before that of this one. */
  readonly parts: readonly number[];
}

/** A model as plain data. */
export interface ModelText {
  /** Each layer before those that join it; a layer that occurs twice is listed once. */
  readonly layers: readonly LayerText[];
  /** The places of the parts, by their names; a part that was saved alone has the name ''. */
  readonly roots: ReadonlyMap<string, number>;
}
