import { outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';

/** The element types that tfjs can hold: `float32`, `int32`, bytes, and `bool` as bytes of 0 and 1. */
export type SafetensorsDtype = 'F32' | 'I32' | 'U8' | 'BOOL';

/** Bytes of one element, in the order in which the reference implementation writes its tensors. */
export const elementBytes: Readonly<Record<SafetensorsDtype, number>> = { F32: 4, I32: 4, U8: 1, BOOL: 1 };

/** The reader rejects longer headers, as the reference implementation does, so that a hostile file cannot make it parse more. */
export const longestHeader = 100_000_000;

/** One tensor as the header describes it; the offsets count from the first byte behind the header. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The header of a whole file. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly entries: readonly HeaderEntry[];
  /** The position in the file of the first byte of data. */
  readonly dataStart: number;
}

type Refuse = (rule: string, got: unknown, fix?: string) => never;

/** Makes the function that rejects the argument `bytes` of the function `where`. */
export function refuseBytes(where: string): Refuse {
  return (rule, got, fix = 'The file is damaged or is no safetensors file: save it again.') => {
    throw outOfRange(where, 'bytes', rule, { seen: String(got), fix });
  };
}

/** A name out of a file, short and without control characters, for an error sentence. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name);
}

/** Reads the header and checks it against the length of the file; no byte of data is looked at. */
export function readHeader(where: string, bytes: Uint8Array): Header {
  if (!(bytes instanceof Uint8Array)) {
    throw wrongKind(where, 'bytes', 'must be a Uint8Array', {
      got: bytes,
      fix: 'Wrap an ArrayBuffer: new Uint8Array(buffer).',
    });
  }
  const refuse: Refuse = refuseBytes(where);
  if (bytes.length < 8)
    refuse('must begin with the 8 bytes of the length of its header', `a file of ${bytes.length} bytes`);
  const announced = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (announced > BigInt(longestHeader)) {
    refuse(`must announce a header of at most ${longestHeader} bytes`, `${announced}`);
  }
  const dataStart = 8 + Number(announced);
  if (dataStart > bytes.length) {
    refuse(
      'must hold the whole header that it announces',
      `a header of ${announced} bytes in a file of ${bytes.length}`,
    );
  }
  const fields = parseObject(bytes.subarray(8, dataStart), refuse);
  let metadata: Readonly<Record<string, string>> = {};
  const entries: HeaderEntry[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (name === '__metadata__') metadata = readMetadata(field, refuse);
    else entries.push(readEntry(name, field, refuse));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, bytes.length - dataStart, refuse);
  return { metadata, entries, dataStart };
}

function parseObject(header: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let text = '';
  try {
    // ignoreBOM keeps a byte order mark, which JSON.parse then rejects, as the format demands.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    refuse('must have a header in UTF-8', 'bytes that are no UTF-8');
  }
  if (!text.startsWith('{')) refuse('must have a header that begins with {', quoted(text.slice(0, 1)));
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    refuse('must have a header in JSON', `${header.length} bytes that are no JSON`);
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) refuse('must have each key of its header once', `${quoted(twice)} twice`);
  return fields as Record<string, unknown>;
}

/** The first key that stands twice in one object of a valid JSON text; JSON.parse keeps the last one and says nothing. */
function duplicateKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') objects.push(new Set());
    else if (character === '}') objects.pop();
    else if (character === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      let after = i + 1;
      while (text[after] === ' ' || text[after] === '\t' || text[after] === '\n' || text[after] === '\r') after++;
      if (text[after] !== ':') continue;
      const key = JSON.parse(text.slice(start, i + 1)) as string;
      const keys = objects.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

function readMetadata(field: unknown, refuse: Refuse): Readonly<Record<string, string>> {
  if (!isRecord(field)) return refuse('must have a `__metadata__` that is an object', kind(field));
  for (const [key, value] of Object.entries(field)) {
    if (typeof value !== 'string')
      refuse(`must have only strings in \`__metadata__\`, also at ${quoted(key)}`, kind(value));
  }
  return field as Record<string, string>;
}

function readEntry(name: string, field: unknown, refuse: Refuse): HeaderEntry {
  const of = `the tensor ${quoted(name)}`;
  if (!isRecord(field)) return refuse(`must describe ${of} by an object`, kind(field));
  const { dtype, shape, data_offsets: offsets, ...rest } = field;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined)
    refuse(`must describe ${of} by dtype, shape and data_offsets alone`, `the key ${quoted(unknown)}`);
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype)) {
    return refuse(
      `must have the dtype F32, I32, U8 or BOOL in ${of}`,
      typeof dtype === 'string' ? quoted(dtype) : kind(dtype),
      'tfjs holds no other type: convert the tensor to F32 where the file is written.',
    );
  }
  if (!isSizes(shape)) return refuse(`must have a shape of non-negative integers in ${of}`, kind(shape));
  if (!isSizes(offsets) || offsets.length !== 2) return refuse(`must have two data_offsets in ${of}`, kind(offsets));
  const [begin, end] = offsets as [number, number];
  if (end < begin) refuse(`must have data_offsets in ascending order in ${of}`, `[${begin}, ${end}]`);
  let needed = elementBytes[dtype as SafetensorsDtype];
  for (const size of shape) {
    needed *= size;
    // A later 0 does not excuse an overflow: the reference implementation rejects such a shape as well.
    if (!Number.isSafeInteger(needed)) refuse(`must have a shape that fits in memory in ${of}`, shapeText(shape));
  }
  if (end - begin !== needed) {
    refuse(`must have ${needed} bytes for the ${dtype} shape ${shapeText(shape)} of ${of}`, `${end - begin}`);
  }
  return { name, dtype: dtype as SafetensorsDtype, shape, begin, end };
}

/** The tensors lie one behind the other, from the first byte of data to the last. */
function checkCoverage(entries: readonly HeaderEntry[], available: number, refuse: Refuse): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      const fault = begin > position ? 'a hole' : 'an overlap';
      refuse(
        `must have the tensor ${quoted(name)} begin at byte ${position} of the data`,
        `${begin}, which is ${fault}`,
      );
    }
    position = end;
  }
  if (available !== position) {
    const fix =
      available < position
        ? 'The file is cut short: copy or save it again.'
        : 'The file has bytes behind its last tensor: save it again.';
    refuse(`must have ${position} bytes of data behind its header`, `${available}`, fix);
  }
}

/** Says what a value of the header is; only a short list of numbers is written out, for the rest may be of any size and depth. */
function kind(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (!Array.isArray(value))
    return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'a string' : 'nothing';
  return value.length <= 8 && value.every((item) => typeof item === 'number')
    ? `[${value.join(', ')}]`
    : 'another array';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}
