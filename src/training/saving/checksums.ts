import { refuseBytes, quoted } from './safetensors-header.js';
import { decodePieces, type SafetensorsContent, type SafetensorsTensor } from './safetensors.js';
import { checksumOf, checksumOfText } from './checksum.js';
import { jsonFields, parseJson } from '../json.js';
import type { Pieces } from '../pause.js';

/** The key of the checksums in the metadata of our files. */
const KEY = 'checksums';
const DAMAGED = 'The file is damaged: copy it again, or load an earlier one.';

/** The metadata of a file, with the checksums of its tensors and of the metadata themselves. */
export function* withSums(
  tensors: readonly SafetensorsTensor[],
  metadata: Readonly<Record<string, string>>,
): Pieces<Record<string, string>> {
  const list: [name: string, sum: string][] = [];
  for (const { name, data } of tensors) list.push([name, yield* checksumOf(data)]);
  const sums = Object.fromEntries(list);
  return { ...metadata, [KEY]: JSON.stringify({ metadata: sumOfText(metadata), tensors: sums }) };
}

/** Reads a file from any source; throws if it was written with checksums and they do not match. */
export function* decodeIntact(where: string, bytes: Uint8Array): Pieces<SafetensorsContent> {
  const content = yield* decodePieces(where, bytes);
  if (hasSums(content)) yield* checkSums(where, content);
  return content;
}

/** Whether a file was written with checksums. Any of three marks shows it, in case one is damaged: the key, its text, and the format's name. */
function hasSums({ metadata }: SafetensorsContent): boolean {
  const { [KEY]: sums, format = '' } = metadata;
  if (sums !== undefined || format.startsWith('tfjs-generative')) return true;
  return Object.values(metadata).some((text) => /^\{"metadata":"[\da-f]{8}","tensors":/.test(text));
}

/**
 * Throws unless tensors and metadata match the checksums in the file. These cover values, so a file that was rewritten in
 * another order still loads.
 */
function* checkSums(where: string, { metadata, tensors }: SafetensorsContent): Pieces<void> {
  const { [KEY]: text, ...others } = metadata;
  const refuse = refuseBytes(where);
  const sums = jsonFields(parseJson(text ?? ''));
  if (sums?.['metadata'] !== sumOfText(others))
    refuse('must have metadata with the checksum in it', { seen: 'another', fix: DAMAGED });
  const tensorSums = jsonFields(sums?.['tensors']);
  for (const [name, { data }] of tensors) {
    const sum = yield* checksumOf(data);
    if (tensorSums?.[name] === sum) continue;
    refuse(`must have the checksum of the tensor ${quoted(name)} that it holds`, { seen: sum, fix: DAMAGED });
  }
}

function sumOfText(metadata: Readonly<Record<string, string>>): string {
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  return checksumOfText(JSON.stringify(entries));
}
