import { mix, rotate } from '../../random/seeding.js';
import { atOnce, type Pieces } from '../pause.js';

/** Number of four-byte words in one piece of work: about a millisecond. */
const PIECE = 2 ** 18;

/**
 * A checksum of bytes: MurmurHash3 for 32 bits, seed 0, as eight hexadecimal digits. Each round is a bijection, so a change
 * within one word of four bytes is always detected. Not for security.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp, MurmurHash3_x86_32
 */
export function* checksumOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Pieces<string> {
  const words = byteLength >>> 2;
  const view = new DataView(buffer, byteOffset, byteLength);
  let hash = 0;
  for (let from = 0; from < words; from += PIECE) {
    hash = rounds(hash, view, from, Math.min(from + PIECE, words));
    yield;
  }
  let rest = 0;
  for (let i = byteLength - 1; i >= 4 * words; i--) rest = (rest << 8) | view.getUint8(i);
  hash = mix(hash ^ spread(rest) ^ byteLength);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function rounds(hash: number, view: DataView, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    hash = (Math.imul(rotate(hash ^ spread(view.getInt32(4 * i, true)), 13), 5) + 0xe6546b64) | 0;
  }
  return hash;
}

function spread(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
}

/** The checksum of a text in UTF-8. */
export function checksumOfText(text: string): string {
  return atOnce(checksumOf(new TextEncoder().encode(text)));
}
