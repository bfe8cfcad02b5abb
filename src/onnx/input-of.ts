import { kinds } from './kinds.js';
import type { InputShape, Layer } from './layer.js';

/** The input that a layer expects, as far as its options tell: undefined if not even the number of axes is known. */
export function inputOf(layer: Layer): InputShape | undefined {
  const known = kinds.get(layer.kind);
  if (known?.input !== undefined) return known.input(layer as never, inputOf);
  // the first layer that tells it, if those before it keep the shape
  for (const part of layer.parts) {
    const input = inputOf(part);
    if (input !== undefined || kinds.get(part.kind)?.keepsShape !== true) return input;
  }
  return undefined;
}
