import { checkBytes } from '../../tensor/check-bytes.js';
import { cut, outOfRange, shapeText, type Found } from '../../tensor/errors.js';
import { jsonFields, parseJson } from '../json.js';
import { countKeys } from './json-text.js';

/** The arrays that hold the types that can be read, in the order in which the reference implementation writes its tensors. */
export const storedArrays = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  BF16: Uint16Array,
  F16: Uint16Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** The type of the numbers in a file. */
export type StoredDtype = keyof typeof storedArrays;

/** Bytes per number. */
export function bytesOf(dtype: StoredDtype): number {
  return storedArrays[dtype].BYTES_PER_ELEMENT;
}

/** The reader rejects longer headers, as the reference implementation does, to limit what a hostile file makes it parse. */
export const longestHeader = 100_000_000;

/** One tensor as the header describes it; the offsets count from the first byte after the header. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The header of a complete file. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly entries: readonly HeaderEntry[];
  /** The position in the file of the first byte of data. */
  readonly dataStart: number;
}

type Refuse = (rule: string, found: Found) => never;

/** Makes the function that rejects the argument `bytes` of the function `where`. */
export function refuseBytes(where: string): Refuse {
  return (rule, { fix = 'The file is damaged or not a safetensors file: save it again.', ...found }) => {
    throw outOfRange(where, 'bytes', rule, { ...found, fix });
  };
}

/** A name from a file, shortened for an error message. */
export function quoted(name: string): string {
  return JSON.stringify(cut(name));
}

/** Reads the header and checks it against the length of the file, without reading the data. */
export function readHeader(where: string, bytes: Uint8Array): Header {
  checkBytes(where, bytes, 'Read the file of that path: await loadFile(path).');
  const refuse: Refuse = refuseBytes(where);
  const { buffer, byteOffset, length } = bytes;
  const announced = length < 8 ? 0 : Number(new DataView(buffer, byteOffset).getBigUint64(0, true));
  const dataStart = 8 + announced;
  if (dataStart > length || announced > longestHeader) {
    // a zip, or a pickle of protocol 2 or later
    if ((bytes[0] === 0x50 && bytes[1] === 0x4b) || bytes[0] === 0x80) {
      const fix = 'Write it in Python with safetensors.torch.save_file(model.state_dict(), path).';
      refuse('must be a safetensors file', { seen: 'a zip or pickle, as torch.save writes', fix });
    }
    const seen = `a header of ${announced} bytes in a file of ${length}`;
    refuse(`must hold the header that its first 8 bytes announce, of at most ${longestHeader} bytes`, { seen });
  }
  const text = decodeText(bytes.subarray(8, dataStart));
  const fields = parseObject(text, refuse);
  let metadata: Readonly<Record<string, string>> = {};
  const entries: HeaderEntry[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (name === '__metadata__') metadata = readMetadata(field, refuse);
    else entries.push(readEntry(name, field, refuse));
  }
  checkKeys(text, fields, refuse);
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, length - dataStart, refuse);
  return { metadata, entries, dataStart };
}

/** The text of a header; undefined unless it is UTF-8. */
function decodeText(header: Uint8Array): string {
  try {
    // ignoreBOM keeps a byte order mark, which JSON.parse then rejects, as the format demands.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    return '';
  }
}

function parseObject(text: string, refuse: Refuse): Record<string, object> {
  const fields = text.startsWith('{') ? parseJson(text) : undefined;
  if (fields === undefined) refuse('must have a header that is an object in JSON and UTF-8', { seen: quoted(text) });
  return fields as unknown as Record<string, object>;
}

/** JSON.parse silently keeps the last of two equal keys, so the keys in the text are counted. */
function checkKeys(text: string, fields: Record<string, object>, refuse: Refuse): void {
  const read = Object.values(fields).reduce((sum, field) => sum + 1 + Object.keys(field).length, 0);
  const duplicates = countKeys(text) - read;
  if (duplicates > 0) refuse('must have each key of its header once', { seen: `${duplicates} duplicates` });
}

function readMetadata(field: unknown, refuse: Refuse): Readonly<Record<string, string>> {
  const texts = jsonFields(field);
  if (texts === undefined) return refuse('must have a `__metadata__` that is an object', { got: field });
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value !== 'string') refuse(`must have only strings in \`__metadata__\``, { seen: quoted(key) });
  }
  return texts as Readonly<Record<string, string>>;
}

function readEntry(name: string, field: unknown, refuse: Refuse): HeaderEntry {
  const tensor = `the tensor ${quoted(name)}`;
  const {
    dtype,
    shape,
    data_offsets: offsets,
    ...rest
  } = (jsonFields(field) ?? { rest: field }) as Partial<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) {
    refuse(`must describe ${tensor} only by dtype, shape and data_offsets`, { got: field });
  }
  if (!isDtype(dtype)) {
    const fix = 'Convert the tensor to F32 where the file is written.';
    return refuse(`must have a dtype of ${Object.keys(storedArrays).join(', ')} in ${tensor}`, { got: dtype, fix });
  }
  if (!isSizes(shape)) return refuse(`must have a shape of sizes in ${tensor}`, { got: shape });
  if (!isSizes(offsets) || offsets.length !== 2)
    return refuse(`must have two data_offsets in ${tensor}`, { got: offsets });
  const [begin, end] = offsets as [number, number];
  // a later 0 does not excuse an overflow: the reference implementation rejects such a shape as well
  const times = (product: number, size: number) => (Number.isSafeInteger(product) ? product * size : NaN);
  const needed = shape.reduce<number>(times, bytesOf(dtype));
  if (end - begin !== needed) {
    refuse(`must have ${needed} bytes for the ${dtype} shape ${shapeText(shape)} of ${tensor}`, { got: end - begin });
  }
  return { name, dtype, shape, begin, end };
}

/** The tensors must cover the data from the first byte to the last, without gaps or overlaps. */
function checkCoverage(entries: readonly HeaderEntry[], available: number, refuse: Refuse): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      refuse(`must have the tensor ${quoted(name)} begin at byte ${position} of the data`, { got: begin });
    }
    position = end;
  }
  if (available !== position) {
    const fix = available < position ? 'The file is cut short: copy or save it again.' : undefined;
    refuse(`must have ${position} bytes of data behind its header`, { got: available, fix });
  }
}

/** Whether this type can be read. */
function isDtype(value: unknown): value is StoredDtype {
  return typeof value === 'string' && Object.hasOwn(storedArrays, value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}
