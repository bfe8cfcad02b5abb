import { outOfRange } from '../../tensor/errors.js';
import type { Pieces } from '../pause.js';
import {
  bytesOf,
  longestHeader,
  readHeader,
  refuseBytes,
  storedArrays,
  type StoredDtype,
} from './safetensors-header.js';
import {
  checkNumbers,
  decodeNumbers,
  encodeNumbers,
  type SafetensorsDtype,
  type SafetensorsNumbers,
} from './stored-numbers.js';

export type { SafetensorsDtype } from './stored-numbers.js';

/** The numbers of one tensor: `F32` in a Float32Array, `I32` in an Int32Array, `U8` and `BOOL` in a Uint8Array. */
export interface SafetensorsData {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: SafetensorsNumbers;
}

/** One tensor to be written. */
export interface SafetensorsTensor extends Omit<SafetensorsData, 'dtype'> {
  readonly name: string;
  /** `F16` rounds a Float32Array to float16. */
  readonly dtype: SafetensorsDtype | 'F16';
}

/** The content to be written. */
export interface SafetensorsFile {
  readonly tensors: readonly SafetensorsTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The content of a file. */
export interface SafetensorsContent {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsData>;
}

/**
 * Writes tensors as the bytes of a safetensors file; the same content always gives the same bytes. It works in pieces.
 *
 * The file has the length of the header (8 bytes, little-endian), the header (JSON, padded with spaces to a multiple of 8), and the data.
 * Tensors are sorted as in the reference implementation, I64 before F32 before I32 before F16 before U8, then by name, so that
 * each one's offset is a multiple of its element size; the keys of the metadata are sorted by name. {@link decodePieces} can
 * read everything that this function writes, because numbers that are not finite are rejected.
 *
 * @param content - `tensors` with unique names, and `metadata`, a map of strings.
 * @param where - the public function that writes the file, for errors.
 * @returns the bytes of the file, which belong to the caller.
 * @throws RangeError for a number that the format cannot hold, or for too many names.
 * @see https://github.com/huggingface/safetensors, "Format"
 */
export function* encodePieces(content: SafetensorsFile, where: string): Pieces<Uint8Array<ArrayBuffer>> {
  const tensors = [...content.tensors].sort((a, b) => rank(a.dtype) - rank(b.dtype) || compare(a.name, b.name));
  const metadata = Object.entries(content.metadata).sort(([a], [b]) => compare(a, b));
  // The header is not made from an object: that would move names such as `10` to its front.
  const fields: [string, unknown][] = metadata.length === 0 ? [] : [['__metadata__', Object.fromEntries(metadata)]];
  let end = 0;
  for (const { name, dtype, shape, data } of tensors) {
    checkNumbers(name, dtype, { data }, (rule, got) => {
      const fix = dtype === 'F16' && Number.isFinite(got) ? 'Save it as F32.' : undefined;
      throw outOfRange(where, 'tensors', rule, { got, fix });
    });
    const begin = end;
    end += data.length * bytesOf(dtype);
    fields.push([name, { dtype, shape, data_offsets: [begin, end] }]);
    yield;
  }
  const entries = fields.map(([name, field]) => `${JSON.stringify(name)}:${JSON.stringify(field)}`);
  const text = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerLength = Math.ceil(text.length / 8) * 8;
  if (headerLength > longestHeader) {
    throw outOfRange(where, 'metadata', `must leave the header below ${longestHeader} bytes`, { got: headerLength });
  }
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + headerLength);
  let position = 8 + headerLength;
  for (const { dtype, data } of tensors) {
    const encoded = encodeNumbers(dtype, data);
    bytes.set(encoded, position);
    position += encoded.length;
    yield;
  }
  return bytes;
}

/**
 * Reads the bytes of a safetensors file, completely or not at all: everything is checked before the last piece returns.
 *
 * Floats are read as float32: F16 and BF16 are widened exactly, F64 is rounded to nearest. Integers of any width are read exactly,
 * as int32 if all numbers of a tensor fit.
 *
 * It is stricter than the format: no floats of 8 bits or fewer, no complex numbers, no keys other than `dtype`, `shape` and
 * `data_offsets`, only floats that are finite in float32, and only 0 and 1 in BOOL.
 *
 * @param where - the public function that reads the file, for errors.
 * @param bytes - the whole file; any view of a buffer, at any offset.
 * @returns the metadata (empty if the file has none) and the tensors as copies, which belong to the caller.
 * @throws TypeError if `bytes` is not a Uint8Array, RangeError with one sentence that says what is wrong with the file.
 * @see https://github.com/huggingface/safetensors, "Format"
 */
export function* decodePieces(where: string, bytes: Uint8Array): Pieces<SafetensorsContent> {
  const { metadata, entries, dataStart } = readHeader(where, bytes);
  const tensors = new Map<string, SafetensorsData>();
  for (const { name, dtype, shape, begin, end } of entries) {
    // A copy has its own, aligned buffer.
    const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
    const numbers = decodeNumbers(dtype, copy.buffer);
    checkNumbers(name, numbers.dtype, numbers, (rule, got) => {
      const fix = 'The file holds a diverged or damaged model: load an earlier one.';
      return refuseBytes(where)(rule, { got, fix });
    });
    tensors.set(name, { dtype: numbers.dtype, shape, data: numbers.data });
    yield;
  }
  return { metadata, tensors };
}

function rank(dtype: StoredDtype): number {
  return Object.keys(storedArrays).indexOf(dtype);
}

/** The order of two different names. */
function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
