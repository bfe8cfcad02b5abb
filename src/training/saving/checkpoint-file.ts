import { unusable } from '../../tensor/errors.js';
import { MAX_DEPTH, parseJson, type Json } from '../json.js';
import type { Pieces } from '../pause.js';
import { decodeIntact } from './checksums.js';
import { levelsOf } from './json-text.js';
import { quoted } from './safetensors-header.js';
import type { SafetensorsContent } from './safetensors.js';

/** The format of the checkpoints that are written. */
export const FORMAT = 'tfjs-generative checkpoint 2';

/** Reads a file; throws unless it is one of our checkpoints, complete and undamaged. */
export function* decodeCheckpoint(where: string, bytes: Uint8Array): Pieces<SafetensorsContent> {
  const content = yield* decodeIntact(where, bytes);
  checkFormat(where, content);
  return content;
}

function checkFormat(where: string, { metadata }: SafetensorsContent): void {
  if (metadata['format'] === FORMAT) return;
  const seen = quoted(metadata['format'] ?? 'a file without the format in its metadata');
  const fix = 'loadWeights reads the weights of a single part.';
  throw unusable(where, 'bytes', `must be a file of saveCheckpoint ("${FORMAT}")`, { seen, fix });
}

/** Parses JSON from the metadata of a checkpoint. */
export function parse(where: string, { metadata }: SafetensorsContent, key: string): Json {
  const text = metadata[key] ?? '';
  const levels = levelsOf(text);
  if (levels > MAX_DEPTH) {
    const rule = `must hold JSON of at most ${MAX_DEPTH} levels under "${key}" in its metadata`;
    throw unusable(where, 'bytes', rule, { seen: `${levels}` });
  }
  const value = parseJson(text);
  if (value !== undefined) return value;
  throw unusable(where, 'bytes', `must hold JSON under "${key}" in its metadata`, { got: metadata[key] });
}
