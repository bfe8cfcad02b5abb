/**
 * A checksum of bytes: MurmurHash3 for 32 bits, seed 0, as eight hexadecimal digits. Each round is a bijection, so that a change
 * within one word of four bytes is always noticed. Not for security.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp, MurmurHash3_x86_32
 */
export function checksum(bytes: Uint8Array): string {
  const words = bytes.length >>> 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let hash = 0;
  for (let i = 0; i < words; i++) {
    hash ^= mix(view.getInt32(4 * i, true));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = bytes.length - 1; i >= 4 * words; i--) rest = (rest << 8) | bytes[i]!;
  hash ^= mix(rest) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
}

function mix(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

/** The {@link checksum} of the bytes of numbers. */
export function checksumOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return checksum(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
}
