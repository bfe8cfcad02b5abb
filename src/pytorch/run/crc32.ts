import type { Pieces } from '../../training/pause.js';

/** Bytes between two pauses. */
const PIECE = 1 << 20;

/** The checksum of zlib, as eight hexadecimal digits: Python has it, too. */
export function* crc32(bytes: Uint8Array): Pieces<string> {
  let sum = -1;
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let bits = byte;
    for (let i = 0; i < 8; i++) bits = (bits >>> 1) ^ (bits & 1 ? 0xedb88320 : 0);
    return bits;
  });
  for (let start = 0; start < bytes.length; start += PIECE) {
    for (const byte of bytes.subarray(start, start + PIECE)) sum = (sum >>> 8) ^ table[(sum ^ byte) & 255]!;
    yield;
  }
  return (~sum >>> 0).toString(16).padStart(8, '0');
}
