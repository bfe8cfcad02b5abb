import { gunzipSync } from 'node:zlib';
import { InputError } from './input-error.js';

/** The numbers of an IDX file of unsigned bytes. */
export interface IdxFile {
  readonly data: Uint8Array;
  readonly shape: readonly number[];
}

/**
 * Reads an IDX file of unsigned bytes, gzipped or plain: 0, 0, the type 8, the number of axes, one big-endian 32-bit
 * size for each axis, then the numbers row by row.
 *
 * @param name - the path of the file, for error messages.
 * @param bytes - the whole file.
 * @param axes - how many axes it must have: 3 for images, 1 for labels.
 * @throws InputError with one sentence if the file is anything else, or too long or too short.
 * @see http://yann.lecun.com/exdb/mnist/, "The IDX file format"
 */
export function readIdx(name: string, bytes: Uint8Array, axes: number): IdxFile {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unzip(name, bytes) : bytes;
  const headerLength = 4 + 4 * axes;
  if (plain.length < headerLength)
    throw new InputError(`${name}: an IDX header has ${headerLength} bytes; the file has ${plain.length}.`);
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const magic = view.getUint32(0);
  if (magic !== 0x0800 + axes) {
    const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`;
    throw new InputError(
      `${name}: an IDX file of bytes with ${axes} axes starts with ${hex(0x0800 + axes)}; got ${hex(magic)}.`,
    );
  }
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, n) => product * n, 1);
  if (plain.length - headerLength !== size) {
    throw new InputError(
      `${name}: the shape [${shape.join(', ')}] needs ${size} bytes; the file has ${plain.length - headerLength}.`,
    );
  }
  // Not `slice`, which for a Buffer is a view of the whole file.
  return { data: Uint8Array.from(plain.subarray(headerLength)), shape };
}

function unzip(name: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new InputError(`${name}: the gzipped file is damaged or cut short.`, { cause });
  }
}
