import { bytesOf } from './png-file.js';

/** Options for writing a flat picture as JPEG. */
export interface FlatJpeg {
  /** A level from 0 to 255 for each component, as the file has them. */
  readonly levels: readonly number[];
  readonly isProgressive?: boolean;
  /** The color transform in Adobe's marker: 0 for plain CMYK, 2 for YCCK. */
  readonly adobe?: 0 | 2;
}

/** A JPEG file of 8 x 8 pixels of one colour, with any number of components: each has one block, which is its mean alone. */
export function flatJpeg({ levels, isProgressive = false, adobe }: FlatJpeg): Uint8Array {
  const segment = (marker: number, body: readonly number[]) => [0xff, marker, ...bytesOf(body.length + 2, 2), ...body];
  const ids = levels.map((_, i) => i + 1);
  // lengths of codes: twelve of four bits for the categories 0 to 11; one of one bit, the end of a block
  const categories = [0x00, 0, 0, 0, 12, ...new Array<number>(12).fill(0), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  const ends = [0x10, 1, ...new Array<number>(15).fill(0), 0];
  const bits: number[] = [];
  const put = (value: number, count: number) => bits.push(...digits(value, count));
  for (const level of levels) {
    const mean = 8 * (level - 128);
    const category = mean === 0 ? 0 : 32 - Math.clz32(Math.abs(mean));
    put(category, 4);
    put(mean < 0 ? mean + 2 ** category - 1 : mean, category);
    if (!isProgressive) put(0, 1);
  }
  while (bits.length % 8 > 0) bits.push(1);
  const data = Array.from({ length: bits.length / 8 }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8).join(''), 2));
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...(adobe === undefined ? [] : segment(0xee, [...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, adobe])),
    ...segment(0xdb, [0, ...new Array<number>(64).fill(1)]),
    ...segment(isProgressive ? 0xc2 : 0xc0, [8, 0, 8, 0, 8, ids.length, ...ids.flatMap((id) => [id, 0x11, 0])]),
    ...segment(0xc4, categories),
    ...segment(0xc4, ends),
    ...segment(0xda, [ids.length, ...ids.flatMap((id) => [id, 0]), 0, isProgressive ? 0 : 63, 0]),
    // a byte of ones is followed by a zero
    ...data.flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte])),
    ...[0xff, 0xd9],
  ]);
}

const digits = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (value >> (count - 1 - i)) & 1);
