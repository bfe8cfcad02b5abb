import { atOnce } from '../training/pause.js';
import type { Part } from '../nets/network.js';
import { noteOf } from '../tensor/made-by.js';
import type { Json } from '../training/index.js';
import { plainOptions } from './describe-parts.js';
import { kindOf } from './makers.js';
import type { ModelKind } from './part-kinds.js';
import { parametersOf } from './plan-model.js';
import { readModelFile } from './read-file.js';

/** A layer, network or part of a model: the function that makes it, and what it consists of. */
export interface LayerDescription {
  /** The name of the function that makes it. */
  readonly kind: string;
  /** All its options, including defaults, with activations, likelihoods and similar values by name; null if not used. */
  readonly options: { readonly [name: string]: Json };
  /** The parts in it, in the order of the function's arguments; those of a ready-made network in the order of its variables. */
  readonly parts: readonly LayerDescription[];
  /** Number of trainable parameters, shared ones once. */
  readonly parameters: number;
}

/** One part of a model. */
export interface PartDescription extends LayerDescription {
  /** Its name in the option `as` of {@link loadModel}. */
  readonly as: ModelKind;
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
  const known = new Map<Part, readonly LayerDescription[]>();
  const layersIn = (part: Part): readonly LayerDescription[] => {
    const described = known.get(part) ?? describePart(part, layersIn);
    known.set(part, described);
    return described;
  };
  const parts = [...text.roots].map(([name, place]) => {
    const [layer] = layersIn(plan.made.get(place)!);
    return [name === '' ? 'part' : name, { as: kindOf(text, place), ...layer }];
  });
  const library = content.metadata['library'] ?? '';
  return { library, metadata, parts: Object.fromEntries(parts) as ModelDescription['parts'] };
}

/** A part with the layers in it. What has no name of its own, such as a skip connection, is described by the layers in it. */
function describePart(part: Part, layersIn: (part: Part) => readonly LayerDescription[]): readonly LayerDescription[] {
  const made = noteOf(part) ?? {};
  const { kind, options = {}, parts = [] } = made.defined ?? made;
  const inner = parts.flatMap(layersIn);
  if (kind === undefined) return inner;
  const plain = made.defined ? options : plainOptions('describeModel', kind, options, []);
  return [{ kind, options: plain as LayerDescription['options'], parts: inner, parameters: parametersOf(part) }];
}
