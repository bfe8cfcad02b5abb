import { MAX_CHECKPOINT_BYTES } from './read-checkpoint.js';
import { MAX_CSV_BYTES } from './read-csv.js';

/** What the lab can do with a file. */
export type FileKind = 'checkpoint' | 'csv';

const MB = 1_000_000;

/**
 * What a file is, by its name and size alone, before it is read.
 *
 * @throws Error with a sentence for the reader if the lab cannot open it
 */
export function kindOfFile({ name, size, type }: Pick<File, 'name' | 'size' | 'type'>): FileKind {
  const kind: FileKind = /\.safetensors$/i.test(name) ? 'checkpoint' : 'csv';
  if (size === 0) throw new Error('The file is empty. Open a CSV file with points, or a checkpoint from the lab.');
  if (type.startsWith('image/')) {
    const fix = 'Drop pictures where one family is shown, or press "Use your own pictures" there.';
    throw new Error(`This file is a picture. ${fix}`);
  }
  if (kind === 'csv' && (/^(audio|video|font)\//.test(type) || /\.(zip|gz|xlsx?|ods|pdf|docx?)$/i.test(name))) {
    throw new Error('The lab opens CSV files with points, and checkpoints. Save a table as CSV, and open that.');
  }
  const most = { checkpoint: MAX_CHECKPOINT_BYTES, csv: MAX_CSV_BYTES }[kind];
  if (size > most) {
    const fix =
      kind === 'csv' ? 'Keep a few thousand of its rows, and open that file.' : 'It is not a checkpoint from the lab.';
    throw new Error(`The file has ${(size / MB).toFixed(0)} MB; at most ${most / MB} MB can be opened. ${fix}`);
  }
  return kind;
}

/** Whether bytes begin as a safetensors file does, whatever its name. */
export function looksLikeCheckpoint(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);
}
