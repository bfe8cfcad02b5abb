/** The largest number of float16; the next would be infinity. */
export const LARGEST_HALF = 65504;

/** Below it, float16 numbers are multiples of 2^-24: the bits of the float32 number 2^-14. */
const MIN_NORMAL = 0x38800000;
/** The difference of the exponents of float32 and float16, 112, shifted to the place of float32's exponent. */
const REBIAS = 112 << 23;
/** The bits of the float32 number 0.5, whose neighbours are 2^-24 away. */
const ONE_HALF = 0x3f000000;

/**
 * The bits of the float16 number nearest to each number, with ties to even; numbers beyond 65,504 must already have been rejected.
 *
 * @see IEEE 754-2019, 4.3.1, roundTiesToEven
 */
export function toHalves(numbers: Float32Array): Uint16Array {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const sum = new Float32Array(1);
  const sumWord = new Uint32Array(sum.buffer);
  const halves = new Uint16Array(numbers.length);
  for (let i = 0; i < halves.length; i++) {
    const word = words[i]!;
    const size = word & 0x7fffffff;
    const sign = (word >>> 16) & 0x8000;
    if (size < MIN_NORMAL) {
      // float32 itself rounds the sum to a multiple of 2^-24
      sum[0] = 0.5 + Math.abs(numbers[i]!);
      halves[i] = sign | (sumWord[0]! - ONE_HALF);
    } else {
      const rounded = size + 0xfff + ((size >>> 13) & 1);
      halves[i] = sign | ((rounded - REBIAS) >>> 13);
    }
  }
  return halves;
}

/** The exact numbers that float16 bits represent. */
export function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(halves.length);
  const words = new Uint32Array(numbers.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    // the bits of a number 2^-112 as large; those of infinity and NaN then have the exponent 16
    words[i] = (half & 0x7fff) << 13;
    numbers[i]! *= 2 ** 112;
    words[i]! |= ((half & 0x8000) << 16) | (numbers[i]! < 65536 ? 0 : 0x7f800000);
  }
  return numbers;
}

/** The exact numbers that bfloat16 bits represent: float32 without its last 16 bits. */
export function fromBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = Uint32Array.from(bits, (word) => word << 16);
  return new Float32Array(words.buffer);
}
