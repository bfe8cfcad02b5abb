import type { Defined } from '../tensor/made-by.js';
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
  /** What a file says of a part that a user's function made; undefined for those of this library. */
  readonly own?: OwnText | undefined;
}

/** A variable of a part made by a user's function: an index into the variables of the parts in it, or the shape of one of its own. */
export type VariableText = number | readonly number[];

/** What only the user's function knows of a part. */
export interface OwnText {
  readonly as: string;
  readonly inputs: Defined['inputs'];
  readonly variables: readonly VariableText[];
  readonly buffers: readonly VariableText[];
}

/** Whether a name is one of a user's function: words with slashes between them, which no function of this library has. */
export function isOwnKind(kind: string): boolean {
  return kind.length <= 100 && /^@?\w[\w.-]*(\/\w[\w.-]*)+$/.test(kind);
}

/** A model as plain data. */
export interface ModelText {
  /** Each layer comes before those that contain it; a layer that occurs twice is listed once. */
  readonly layers: readonly LayerText[];
  /** The index of each part, by name; a single part has the name ''. */
  readonly roots: ReadonlyMap<string, number>;
}
