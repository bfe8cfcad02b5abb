import { kinds } from './kinds.js';
import type { Layer, Options, Outline, Weights } from './layer.js';
import { partKinds } from './part-kinds.js';
import { refusals } from './refusals.js';

/** Throws an error that says what cannot be exported, and the way around it. */
export type Refuse = (seen: string, fix: string) => never;

/** Makes the record of a layer, with those of the layers in it; its weights have no numbers yet. */
export function buildLayer(kind: string, options: Options, parts: readonly Layer[]): Layer {
  const known = kinds.get(kind);
  const build = (outline: Outline): Layer =>
    buildLayer(outline.kind, outline.options ?? {}, (outline.parts ?? []).map(build));
  const inner = known?.parts?.(options as never).map(build) ?? parts;
  const own = (shapes: readonly (readonly number[])[] = []): Weights[] => shapes.map(newWeights);
  return {
    kind,
    options,
    parts: inner,
    variables: [...own(known?.variables?.(options as never)), ...inner.flatMap(({ variables }) => variables)],
    buffers: [...own(known?.buffers?.(options as never, inner)), ...inner.flatMap(({ buffers }) => buffers)],
  };
}

/** Weights without their numbers. */
export function newWeights(shape: readonly number[]): Weights {
  return { shape, name: '', numbers: new Float32Array() };
}

/** The variables and buffers of layers, each once, in the order of the tensors in a model file. */
export function weightsOf(roots: readonly Layer[]): Weights[] {
  return [...new Set(roots.flatMap(({ variables, buffers }) => [...variables, ...buffers]))];
}

/** Throws if a part or a layer in it cannot be exported. */
export function checkKinds({ kind, parts }: Layer, refuse: Refuse): void {
  if (!kinds.has(kind) && !partKinds.has(kind))
    refuse(kind, refusals.get(kind) ?? 'Export the parts of which it is made.');
  for (const part of parts) checkKinds(part, refuse);
}
