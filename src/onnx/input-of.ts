import { kinds } from './kinds.js';
import type { InputShape, Layer } from './layer.js';

/** The input that a layer expects, as far as its options tell: undefined if not even the number of axes is known. */
export function inputOf({ kind, options, parts }: Layer): InputShape | undefined {
  const { input, emit } = kinds[kind] ?? {};
  if (input !== undefined) {
    const shape = input(options as never, parts.map(inputOf), parts);
    // sequences have an axis less than images
    return kind.includes('1d') ? shape?.slice(1) : shape;
  }
  // in a chain, the first layer that tells it, if those before it keep the shape
  for (const part of parts) {
    const shape = inputOf(part);
    if (shape !== undefined || emit !== undefined || !kinds[part.kind]?.keepsShape) return shape;
  }
  return undefined;
}
