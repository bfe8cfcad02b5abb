import type { Json } from '../json.js';
import { atOnce } from '../pause.js';
import { decodeCheckpoint, parse } from './checkpoint-file.js';
import { readDescription, type CheckpointDescription } from './describe-run.js';

/**
 * The description of a checkpoint's run.
 *
 * @param bytes - a checkpoint
 * @returns null for a file from a version that did not describe its runs
 * @throws Error if the file is broken or not a checkpoint of this library
 * @example
 * ```ts
 * const { run } = describeCheckpoint(await saveCheckpoint(trainer))!;
 * console.log(run['clipNorm']); // null
 * ```
 */
export function describeCheckpoint(bytes: Uint8Array): CheckpointDescription | null {
  const content = atOnce(decodeCheckpoint('describeCheckpoint', bytes));
  if (content.metadata['about'] === undefined) return null;
  return readDescription(parse('describeCheckpoint', content, 'about'));
}

/**
 * The `metadata` that {@link saveCheckpoint} was given; null if there were none.
 *
 * @param bytes - a checkpoint
 * @throws Error if the file is broken or not a checkpoint of this library
 * @example
 * ```ts
 * const bytes = await saveCheckpoint(trainer, { metadata: { latentSize: 2 } });
 * console.log(checkpointMetadata(bytes)); // { latentSize: 2 }
 * ```
 */
export function checkpointMetadata(bytes: Uint8Array): Json {
  const content = atOnce(decodeCheckpoint('checkpointMetadata', bytes));
  return parse('checkpointMetadata', content, 'metadata');
}
