import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';

/** Several parts as one: its variables, each once, are what an optimizer moves. It owns nothing. */
export function partOf(...parts: readonly Part[]): Part & { readonly buffers: readonly Variable[] } {
  return {
    variables: [...new Set(parts.flatMap(({ variables }) => variables))],
    buffers: [...new Set(parts.flatMap(({ buffers }) => buffers ?? []))],
    dispose: () => undefined,
  };
}

/** What keeps a run of parts and optimizers from being resumed bit for bit; undefined if nothing does. */
export function whyNotResumable(owners: readonly { readonly notResumable?: string | undefined }[]): string | undefined {
  const reasons = owners.flatMap(({ notResumable }) => notResumable ?? []);
  return reasons.length === 0 ? undefined : reasons.join(' and ');
}
