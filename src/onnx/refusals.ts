import { kinds } from './kinds.js';
import type { Layer } from './layer.js';
import { partKinds } from './part-kinds.js';

/** The kind of the first part or layer that cannot be exported; undefined if there is none. */
export function unknownIn({ kind, parts }: Layer): string | undefined {
  return kinds.has(kind) || partKinds.has(kind) ? parts.map(unknownIn).find((one) => one !== undefined) : kind;
}

/** The way around what cannot be exported, by the function that makes it. */
export function wayAround(kind: string): string {
  if (kind === '') return 'Compose it of layers of this library, and export what their functions return.';
  if (kind.endsWith('Prior')) return 'Draw latents in your program, and pass them to the exported decoder as `z`.';
  return `Export ${kind.endsWith('Model') ? 'its network, whose output is logits, and sample in a loop' : 'its networks'}.`;
}
