import { outOfRange, unusable } from '../tensor/errors.js';
import type { Json } from '../training/index.js';
import type { Pieces } from '../training/pause.js';
import { parse } from '../training/saving/checkpoint-file.js';
import { decodeIntact } from '../training/saving/checksums.js';
import { quoted } from '../training/saving/safetensors-header.js';
import type { SafetensorsContent } from '../training/saving/safetensors.js';
import { FORMAT, type ModelText } from './architecture-text.js';
import { numbersIn, planModel, type Plan } from './plan-model.js';
import { readModelText, rejectModel } from './read-model-text.js';

/** The default limit for the size of a file: half a gibibyte. */
export const MAX_BYTES = 2 ** 29;

/** A file that was read and checked; none of its tensors has been made. */
export interface ModelFile {
  readonly content: SafetensorsContent;
  readonly text: ModelText;
  readonly plan: Plan;
  /** The metadata that the user passed to {@link saveModel}. */
  readonly metadata: Json;
}

/** Reads a model file. It checks the bytes, the checksums, the description, and whether they match, in this order. */
export function* readModelFile(where: string, bytes: Uint8Array, maxBytes: number): Pieces<ModelFile> {
  if (bytes instanceof Uint8Array && bytes.length > maxBytes) {
    const fix = 'Raise maxBytes if you trust the file.';
    throw outOfRange(where, 'bytes', `must be at most maxBytes, ${maxBytes}`, { seen: `${bytes.length}`, fix });
  }
  const content = yield* decodeIntact(where, bytes);
  const format = content.metadata['format'];
  if (format !== FORMAT) {
    const seen = quoted(format ?? 'a file without the format in its metadata');
    const fix = 'Read weights with loadWeights, and a run with loadCheckpoint.';
    throw unusable(where, 'bytes', `must be a file of saveModel ("${FORMAT}")`, { seen, fix });
  }
  const reject = rejectModel(where);
  const text = readModelText(parse(where, content, 'model'), numbersIn(content.tensors), reject);
  return { content, text, plan: planModel(text, content.tensors, reject), metadata: parse(where, content, 'metadata') };
}
