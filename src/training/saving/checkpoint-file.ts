import { sentence } from '../../tensor/errors.js';
import type { Json } from '../json.js';
import { checkSums } from './checksums.js';
import { quoted } from './safetensors-header.js';
import { decodeSafetensors, type SafetensorsContent } from './safetensors.js';

/** The format of the checkpoints that are written. */
export const FORMAT = 'tfjs-generative checkpoint 2';
/** Without checksums and description. */
const OLD_FORMAT = 'tfjs-generative checkpoint 1';

/** Reads a file that is a checkpoint of ours, and whole. */
export function decodeCheckpoint(where: string, bytes: Uint8Array): SafetensorsContent {
  const content = decodeSafetensors(where, bytes);
  checkFormat(where, content);
  if (content.metadata['format'] === FORMAT) checkSums(where, content);
  return content;
}

function checkFormat(where: string, { metadata }: SafetensorsContent): void {
  if (metadata['format'] === FORMAT || metadata['format'] === OLD_FORMAT) return;
  const seen = quoted(metadata['format'] ?? 'a file without the format in its metadata');
  const fix = 'Weights of a part alone are read with loadWeights.';
  throw new Error(
    sentence({ where, argument: 'bytes', rule: `must be a file of saveCheckpoint ("${FORMAT}")`, seen, fix }),
  );
}

/** Reads JSON out of the metadata of a checkpoint. */
export function parse(where: string, { metadata }: SafetensorsContent, key: string): Json {
  try {
    return JSON.parse(metadata[key] ?? '') as Json;
  } catch {
    throw new Error(
      sentence({ where, argument: 'bytes', rule: `must hold JSON under "${key}" in its metadata`, got: metadata[key] }),
    );
  }
}
