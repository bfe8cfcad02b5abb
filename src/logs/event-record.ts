import { joined } from '../training/saving/protobuf.js';

/** The Castagnoli polynomial, with its bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** The CRC-32C checksum of bytes, which TFRecord uses. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
}

/**
 * A record of a TFRecord file: length (uint64), its checksum, the bytes, their checksum. Numbers are little-endian. Checksums are
 * masked, because the checksum of bytes that contain their own checksum is a constant.
 */
export function eventRecord(bytes: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return joined([head, masked(head), bytes, masked(bytes)]);
}

/**
 * The number of bytes in complete records; undefined unless the rest is the beginning of a record, or zeros, as left by a killed
 * program or a power cut.
 */
export function completeRecords(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = 0;
  while (end + 12 <= bytes.length && hasHead(bytes.subarray(end))) {
    const next = end + 16 + Number(view.getBigUint64(end, true));
    if (next > bytes.length) return end;
    end = next;
  }
  const rest = bytes.subarray(end);
  return rest.length < 12 || rest.every((byte) => byte === 0) ? end : undefined;
}

/** Whether bytes begin with a length and its checksum. */
function hasHead(bytes: Uint8Array): boolean {
  return masked(bytes.subarray(0, 8)).every((byte, i) => byte === bytes[8 + i]);
}

function masked(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const four = new Uint8Array(4);
  new DataView(four.buffer).setUint32(0, (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, true);
  return four;
}
