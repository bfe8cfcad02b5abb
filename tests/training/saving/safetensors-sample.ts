import { decodeSafetensors, encodeSafetensors } from '../../support/safetensors.js';
import type { SafetensorsContent, SafetensorsTensor } from '../../../src/training/saving/safetensors.js';

/** What every refusal reads like. */
export const sentence = /^load: `bytes` must [^\n]+; got [^\n]+\.( [^\n]+\.)?$/;

/** A file with this header and this number of bytes of data, all zero by default. */
export function file(header: string | Uint8Array, data: number | Uint8Array = 0): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const tail = typeof data === 'number' ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + text.length + tail.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(tail, 8 + text.length);
  return bytes;
}

export function entry(dtype: unknown, shape: unknown, offsets: unknown): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets });
}

export function refusal(bytes: unknown): Error {
  try {
    decodeSafetensors('load', bytes as Uint8Array);
  } catch (error) {
    return error as Error;
  }
  throw new Error('the file was accepted');
}

/** Bits, so that -0 differs from 0. */
export function bits({ metadata, tensors }: SafetensorsContent): unknown {
  const all = [...tensors].map(([name, { dtype, shape, data }]) => {
    const raw = Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return [name, dtype, [...shape], data.constructor.name, raw];
  });
  return { metadata: Object.entries(metadata).sort(), tensors: all.sort() };
}

export function reencode(content: SafetensorsContent): Uint8Array {
  return encodeSafetensors({
    tensors: [...content.tensors].map(([name, tensor]) => ({ name, ...tensor })),
    metadata: content.metadata,
  });
}

export const floats: SafetensorsTensor = {
  name: 'a.weight',
  dtype: 'F32',
  shape: [2, 3],
  data: Float32Array.of(0, 1, 2, -3, 4.5, 5),
};
export const example: readonly SafetensorsTensor[] = [
  { name: 'flags', dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  floats,
  { name: 'pixels', dtype: 'U8', shape: [1, 5], data: Uint8Array.of(0, 1, 127, 128, 255) },
  { name: 'step', dtype: 'I32', shape: [], data: Int32Array.of(-7) },
  { name: 'none', dtype: 'F32', shape: [0, 4], data: new Float32Array(0) },
];

/** The file of these tensors, written by hand: sorted by type and name, with a header of a multiple of 8 bytes. */
const header = [
  String.raw`{"__metadata__":{"format":"test","made":"by \"us\"\n"}`,
  `"a.weight":${entry('F32', [2, 3], [0, 24])}`,
  `"none":${entry('F32', [0, 4], [24, 24])}`,
  `"step":${entry('I32', [], [24, 28])}`,
  `"pixels":${entry('U8', [1, 5], [28, 33])}`,
  `"flags":${entry('BOOL', [3], [33, 36])}}`,
].join(',');
const numbers = [
  [0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 192, 0, 0, 144, 64, 0, 0, 160, 64],
  [249, 255, 255, 255],
  [0, 1, 127, 128, 255],
  [1, 0, 1],
].flat();
export const valid: Uint8Array = file(header.padEnd(8 * Math.ceil(header.length / 8)), Uint8Array.from(numbers));
