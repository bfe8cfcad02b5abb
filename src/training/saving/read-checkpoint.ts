import type { Json } from '../json.js';
import { atOnce } from '../pause.js';
import { decodeCheckpoint, parse } from './checkpoint-file.js';
import { readDescription, type CheckpointDescription } from './describe-run.js';

/**
 * Reads the description in a checkpoint: your own metadata, and the settings of its run.
 *
 * @param bytes - a checkpoint
 * @throws Error if the file is broken or not a checkpoint of this library
 * @example
 * ```ts
 * const bytes = await saveCheckpoint(trainer, { metadata: { latentSize: 2 } });
 * const { metadata, run } = describeCheckpoint(bytes);
 * console.log(metadata, run['clipNorm']); // { latentSize: 2 } null
 * ```
 */
export function describeCheckpoint(bytes: Uint8Array): CheckpointDescription {
  const content = atOnce(decodeCheckpoint('describeCheckpoint', bytes));
  const [about, metadata] = ['about', 'metadata'].map((key) => parse('describeCheckpoint', content, key)) as [
    Json,
    Json,
  ];
  return { ...readDescription(about), metadata };
}
