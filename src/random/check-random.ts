import { wrongKind } from '../tensor/errors.js';
import type { RandomStream } from './stream.js';

/** Throws unless `random` is a stream. */
export function checkRandom(where: string, argument: string, random: unknown): asserts random is RandomStream {
  const stream = random as RandomStream | null | undefined;
  if (typeof stream?.normal === 'function' && typeof stream.fork === 'function') return;
  throw wrongKind(where, argument, 'must be a random stream', {
    got: random,
    fix: 'Make one with createRandom(seed).',
  });
}
