import { fromBfloat16, fromHalves, LARGEST_HALF, toHalves } from './halves.js';
import { quoted, storedArrays, type StoredDtype } from './safetensors-header.js';

/**
 * The types of numbers after reading. Floats are `F32` and integers `I32`; a tensor of `U32`, `I64` or `U64` with a number
 * that does not fit into int32 keeps its type.
 */
export type SafetensorsDtype = 'F32' | 'I32' | 'U8' | 'BOOL' | 'U32' | 'I64' | 'U64';

/** The numbers of a tensor, by its type; those of `BOOL` are 0 and 1. */
export type SafetensorsNumbers =
  | Float32Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>
  | Uint8Array<ArrayBufferLike>
  | Uint32Array<ArrayBufferLike>
  | BigInt64Array<ArrayBufferLike>
  | BigUint64Array<ArrayBufferLike>;

/** Numbers that were read: their type, and the exact numbers if reading rounded them. */
export interface ReadNumbers {
  readonly dtype: SafetensorsDtype;
  readonly data: SafetensorsNumbers;
  /** The exact numbers in the file, to which `data` are nearest; absent if they are the same. */
  readonly exact?: Float64Array | undefined;
}

/**
 * Reads the bytes of one tensor; it may keep the buffer. Typed arrays are little-endian, like the format, on every platform that runs
 * tfjs. F16 and BF16 are widened exactly, F64 is rounded to float32.
 */
export function decodeNumbers(dtype: StoredDtype, buffer: ArrayBuffer): ReadNumbers {
  const numbers = new storedArrays[dtype](buffer);
  switch (dtype) {
    case 'F64':
      return { dtype: 'F32', data: new Float32Array(numbers as Float64Array), exact: numbers as Float64Array };
    case 'F16':
      return { dtype: 'F32', data: fromHalves(numbers as Uint16Array) };
    case 'BF16':
      return { dtype: 'F32', data: fromBfloat16(numbers as Uint16Array) };
    case 'U64':
    case 'I64':
    case 'U32':
      return asInt32(dtype, numbers as BigInt64Array);
    case 'U16':
    case 'I16':
    case 'I8':
      return { dtype: 'I32', data: Int32Array.from(numbers as Int16Array) };
    default:
      return { dtype, data: numbers as Float32Array };
  }
}

/** As int32 if all numbers fit; PyTorch writes integers as `I64`. */
function asInt32(dtype: 'U32' | 'I64' | 'U64', data: Uint32Array | BigInt64Array | BigUint64Array): ReadNumbers {
  const numbers = new Int32Array(data.length);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = Number(data[i]);
    if (numbers[i] !== Number(data[i])) return { dtype, data };
  }
  return { dtype: 'I32', data: numbers };
}

/** The bytes of one tensor in a file; F16 is rounded from float32. */
export function encodeNumbers(dtype: StoredDtype, data: SafetensorsNumbers): Uint8Array {
  const { buffer, byteOffset, byteLength } = dtype === 'F16' ? toHalves(data as Float32Array) : data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Rejects the first number that a tensor of this type may not hold. */
export function checkNumbers(
  name: string,
  dtype: StoredDtype,
  { data, exact }: Pick<ReadNumbers, 'data' | 'exact'>,
  refuse: (rule: string, got: number) => never,
): void {
  if (dtype !== 'BOOL' && !(data instanceof Float32Array)) return;
  const limits = new Map([
    ['BOOL', [1, '0 and 1']],
    ['F16', [LARGEST_HALF, `numbers of at most ${LARGEST_HALF}`]],
  ] as const);
  const [most, numbers] = limits.get(dtype as 'F16') ?? [
    Number.MAX_VALUE,
    exact === undefined ? 'finite numbers' : 'finite numbers of float32',
  ];
  // a plain loop, because calling a function for each number would take five times as long
  for (let i = 0; i < data.length; i++) {
    if (Math.abs(data[i] as number) <= most) continue;
    refuse(`must have only ${numbers} in the tensor ${quoted(name)}`, exact?.[i] ?? (data[i] as number));
  }
}
