import { fillBits } from './xoshiro.js';

const { fround, sqrt } = Math;

// 2^24 sqrt(1/2): the mantissa is brought into [sqrt(1/2), sqrt(2)), where its log is smallest.
const sqrtHalf = 0xb504f3;

// -2 log(1 + m) = -4 artanh(s) with s = m / (2 + m), = s (-4 + r0 s^2 + r1 s^4 + r2 s^6): a minimax fit to 8e-10 over
// one octave. The series in s needs a third of the terms of a series in m.
const r0 = fround(-1.3333355283);
const r1 = fround(-0.7995507396);
const r2 = fround(-0.5974372458);
const minusTwoLog2 = fround(-2 * Math.LN2);

// sin f = f + f^3 (a0 + a1 f^2 + a2 f^4) for |f| <= pi / 4, Cephes sinf.
const a0 = fround(-1.6666654611e-1);
const a1 = fround(8.3321608736e-3);
const a2 = fround(-1.9515295891e-4);

// A quarter of a turn in units of the angle's 24 bits.
const quarterTurn = fround(Math.PI / 2 / 2 ** 24);

/**
 * Draws `count` standard normals with the Box-Muller transform: sqrt(-2 log u) sin(a) and sqrt(-2 log u) cos(a).
 *
 * A block of eight takes two steps of the four lanes: the first gives four u in (0, 1), the second four angles a; the
 * four sines come first, then the four cosines. What a last block has too many is thrown away, so that the stream
 * always moves by `2 * ceil(count / 8)` steps.
 *
 * Every operation is +, -, *, / or a square root whose result is rounded to float32 at once (or needs no rounding), or
 * acts on 32-bit integers: a float32 machine without fused multiply-add repeats the bits. The largest difference from
 * float64 arithmetic is 7e-7.
 *
 * @param state - the sixteen words of the generator, changed in place
 * @param count - how many, at least 0
 * @returns a fresh array of `count` values, at most 6.67 in magnitude
 * @see Box and Muller, "A note on the generation of random normal deviates" (1958)
 */
export function drawNormals(state: Int32Array, count: number): Float32Array {
  const values = new Float32Array(8 * Math.ceil(count / 8));
  const bits = new Int32Array(values.buffer);
  fillBits(state, bits);
  for (let block = 0; block < bits.length; block += 8) {
    for (let i = block; i < block + 4; i++) transformPair(values, bits, i);
  }
  return count === values.length ? values : values.slice(0, count);
}

/** Turns the two words at `i` and `i + 4` into two normals; `values` and `bits` share their memory. */
function transformPair(values: Float32Array, bits: Int32Array, i: number): void {
  // u = word / 2^32, cut off after 24 leading bits as if by a float32 mantissa: m + 1 = u / 2^exponent, and m is exact.
  // The last bit is set, so that u is not 0.
  const bitsOfU = bits[i]! | 1;
  const zeros = Math.clz32(bitsOfU);
  const mantissa = (bitsOfU << zeros) >>> 8;
  const isSmall = (mantissa - sqrtHalf) >> 31; // -1 or 0
  const exponent = isSmall - zeros;
  const m = (mantissa + (mantissa & isSmall) - 2 ** 24) * 2 ** -24;
  const s = fround(m / fround(2 + m));
  const s2 = fround(s * s);
  let p = fround(fround(r2 * s2) + r1);
  p = fround(fround(p * s2) + r0);
  p = fround(fround(p * s2) - 4);
  const minusTwoLog = fround(fround(exponent * minusTwoLog2) + fround(s * p));
  const radius = fround(sqrt(minusTwoLog));

  // Two bits choose the quarter turn, the next 24 an angle f in [-pi/4, pi/4) from its middle.
  const word = bits[i + 4]!;
  const quarter = word >>> 30;
  const f = fround(((word << 2) >> 8) * quarterTurn);
  const f2 = fround(f * f);
  let q = fround(fround(a2 * f2) + a1);
  q = fround(fround(q * f2) + a0);
  const sine = fround(fround(fround(q * f2) * f) + f);
  const cosine = fround(sqrt(fround(1 - fround(sine * sine))));
  // In odd quarters sine and cosine change places: an index is chosen instead of a branch that no CPU can predict.
  const swap = (quarter & 1) << 2;
  values[i + swap] = fround(radius * (sine * (1 - ((quarter + 1) & 2))));
  values[i + 4 - swap] = fround(radius * (cosine * (1 - (quarter & 2))));
}
