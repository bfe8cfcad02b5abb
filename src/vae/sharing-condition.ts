import { classesOf } from '../nets/classes-of.js';
import type { ApplyOptions } from '../nets/network.js';
import type { VaeParts } from './importance-weighting.js';

/** Both parts; if exactly one of them ignores a condition, the condition is not passed to that one. */
export function sharingCondition({ encoder, decoder }: VaeParts): VaeParts {
  const [encoderIgnores, decoderIgnores] = [encoder, decoder].map((part) => classesOf(part) === 0);
  if (encoderIgnores === decoderIgnores) return { encoder, decoder };
  const withoutCondition = (options?: ApplyOptions): ApplyOptions => ({ ...options, condition: undefined });
  if (encoderIgnores) {
    return { encoder: { ...encoder, encode: (x, options) => encoder.encode(x, withoutCondition(options)) }, decoder };
  }
  return { encoder, decoder: { ...decoder, decode: (z, options) => decoder.decode(z, withoutCondition(options)) } };
}
