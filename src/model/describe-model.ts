import { atOnce } from '../training/pause.js';
import type { Json } from '../training/index.js';
import type { ModelText } from './architecture-text.js';
import { kindOf, type ModelKind } from './part-kinds.js';
import { readModelFile } from './read-file.js';

/** A layer, network or part of a model: the function that makes it, and what it consists of. */
export interface LayerDescription {
  /** The name of the function of this library that makes it. */
  readonly kind: string;
  /** All its options, including defaults, with activations, likelihoods and similar values by name; null if not used. */
  readonly options: { readonly [name: string]: Json };
  /** The parts in it, in the order of the function's arguments. */
  readonly parts: readonly LayerDescription[];
}

/** One part of a model. */
export interface PartDescription extends LayerDescription {
  /** Its name in the option `as` of {@link loadModel}. */
  readonly as: ModelKind;
  /** Number of trainable parameters. */
  readonly parameters: number;
}

/** The description in a model file. */
export interface ModelDescription {
  /** The version of this library that wrote it. */
  readonly library: string;
  /** The `metadata` that was passed to {@link saveModel}; null if none. */
  readonly metadata: Json;
  /** The parts by name; a single part has the name `part`. */
  readonly parts: { readonly [name: string]: PartDescription };
}

/**
 * Describes the content of a model file without making a tensor.
 *
 * @param bytes - a file from {@link saveModel}
 * @throws Error in one sentence if the file is broken, like {@link loadModel}
 * @example
 * ```ts
 * const { parts } = describeModel(await saveModel({ encoder, decoder }));
 * console.log(Object.keys(parts), parts['decoder']!.parameters); // encoder, decoder, 4480
 * ```
 */
export function describeModel(bytes: Uint8Array): ModelDescription {
  const { content, text, plan, metadata } = atOnce(readModelFile('describeModel', bytes, Infinity));
  const layers = treesOf(text);
  const parts = [...text.roots].map(([name, place]) => {
    const layer = layers[place]!;
    return [name === '' ? 'part' : name, { as: kindOf(text, place), parameters: plan.parameters.get(name)!, ...layer }];
  });
  const library = content.metadata['library'] ?? '';
  return { library, metadata, parts: Object.fromEntries(parts) as ModelDescription['parts'] };
}

/** Each layer with the layers in it; a layer that occurs twice is the same record. */
function treesOf({ layers }: ModelText): readonly LayerDescription[] {
  const trees: LayerDescription[] = [];
  for (const { kind, options, parts } of layers)
    trees.push({ kind, options, parts: parts.map((part) => trees[part]!) });
  return trees;
}
