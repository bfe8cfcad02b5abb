import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromBfloat16, fromHalves, LARGEST_HALF, toHalves } from '../../../src/training/saving/halves.js';

/** Checksums of what numpy computes: python/make_files.py. */
const numpy = JSON.parse(readFileSync(new URL('python/halves.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const sha = (numbers: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    .digest('hex');

const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
const isFinite = (half: number): boolean => ((half >>> 10) & 31) !== 31;
const finite = all.filter(isFinite);

/** The definition of a float16, IEEE 754-2019, 3.4. */
function valueOf(half: number): number {
  const [sign, exponent, fraction] = [half >>> 15 ? -1 : 1, (half >>> 10) & 31, half & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

test('all 65,536 halves are the numbers of the definition, and of numpy', () => {
  const read = fromHalves(all);
  for (const half of all) if (!Object.is(read[half], valueOf(half))) expect({ half, is: read[half] }).toBe(half);
  expect(sha(fromHalves(finite))).toBe(numpy['finiteHalvesAsFloat32']);
});

test('all finite halves come back bit for bit', () => {
  expect(finite.length).toBe(63_488);
  expect(sha(toHalves(fromHalves(finite)))).toBe(sha(finite));
});

test('numbers of every size are rounded as by numpy, and those in the middle to the even half', () => {
  const words = Uint32Array.from({ length: Math.floor(0x477fe000 / 3001) + 1 }, (_, i) => 3001 * i);
  const both = Uint32Array.from([...words, ...words.map((word) => word + 0x80000000)]);
  expect(sha(toHalves(new Float32Array(both.buffer)))).toBe(numpy['someAsHalves']);
  const upward = finite.filter((half) => half < 0x8000).map((half) => half);
  const numbers = fromHalves(upward);
  const middles = numbers.slice(1).map((number, i) => (number + numbers[i]!) / 2);
  expect(sha(toHalves(middles))).toBe(numpy['middlesAsHalves']);
  toHalves(middles).forEach((half, i) => {
    if (half !== i + (i & 1)) expect({ i, half }).toBe(i);
  });
  expect(numbers.at(-1)).toBe(LARGEST_HALF);
});

test('all 65,536 numbers of bfloat16 are those of PyTorch', () => {
  const numbers = fromBfloat16(all.filter((bits) => ((bits >>> 7) & 255) !== 255));
  expect(sha(numbers)).toBe(numpy['finiteBfloat16AsFloat32']);
  expect([...fromBfloat16(Uint16Array.of(0x3f80, 0xc049, 0x7f80))]).toEqual([1, -3.140625, Infinity]);
  expect(fromBfloat16(Uint16Array.of(0x7fc0))[0]).toBeNaN();
});
