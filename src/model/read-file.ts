import { outOfRange, unusable } from '../tensor/errors.js';
import type { Json } from '../training/index.js';
import type { Pieces } from '../training/pause.js';
import { parse } from '../training/saving/checkpoint-file.js';
import { decodeIntact } from '../training/saving/checksums.js';
import { quoted } from '../training/saving/safetensors-header.js';
import type { SafetensorsContent } from '../training/saving/safetensors.js';
import { FORMAT, type ModelText } from './architecture-text.js';
import { planModel, type Plan } from './plan-model.js';
import { readModelText, refuseModel } from './read-model-text.js';

/** The default limit for the size of a file: half a gibibyte. */
export const MAX_BYTES = 2 ** 29;

/** A file that was read and checked; nothing of it is on the device. */
export interface ModelFile {
  readonly content: SafetensorsContent;
  readonly text: ModelText;
  readonly plan: Plan;
  /** The metadata that the user gave {@link saveModel}. */
  readonly metadata: Json;
}

/** Reads a model file: it checks bytes, checksums, description, and whether they match, in this order. */
export function* readModelFile(where: string, bytes: Uint8Array, maxBytes: number): Pieces<ModelFile> {
  if (bytes instanceof Uint8Array && bytes.length > maxBytes) {
    const fix = 'Raise maxBytes if you trust the file.';
    throw outOfRange(where, 'bytes', `must be at most maxBytes, ${maxBytes}`, { seen: `${bytes.length}`, fix });
  }
  const content = yield* decodeIntact(where, bytes);
  const format = content.metadata['format'];
  if (format !== FORMAT) {
    const seen = quoted(format ?? 'a file without the format in its metadata');
    const fix = 'Weights alone are read with loadWeights, a run with loadCheckpoint.';
    throw unusable(where, 'bytes', `must be a file of saveModel ("${FORMAT}")`, { seen, fix });
  }
  const refuse = refuseModel(where);
  const text = readModelText(parse(where, content, 'model'), refuse);
  return { content, text, plan: planModel(text, content.tensors, refuse), metadata: parse(where, content, 'metadata') };
}
