import { kinds } from './kinds.js';
import type { Layer, Options, Outline, Weights } from './layer.js';

/** Makes the record of a layer, with those of the layers in it; its weights have no numbers yet. */
export function buildLayer(kind: string, options: Options, parts: readonly Layer[]): Layer {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const build = ({ kind, options = {}, parts = [] }: Outline): Layer => buildLayer(kind, options, parts.map(build));
  const inner = known?.parts?.(options as never).map(build) ?? parts;
  const weights = (name: 'variables' | 'buffers'): Weights[] => [
    ...Array.from({ length: known?.[name] ?? 0 }, () => ({}) as Weights),
    ...inner.flatMap((part) => part[name]),
  ];
  const made = { kind, options, parts: inner, variables: weights('variables'), buffers: weights('buffers') };
  // if only some of its variables are frozen, a file lists them as if none were
  return kind === 'freeze' && !('trained' in options) ? { ...made, variables: [], buffers: weightsOf([made]) } : made;
}

/** The variables and buffers of layers, each once, in the order of the tensors in a model file. */
export function weightsOf(roots: readonly Layer[]): Weights[] {
  return [...new Set(roots.flatMap(({ variables, buffers }) => [...variables, ...buffers]))];
}
