import { fillBits } from './xoshiro.js';

// 2^24 sqrt(1/2): the mantissa is brought into [sqrt(1/2), sqrt(2)), where its log is smallest.
const sqrtHalf = 0xb504f3;

// -2 log(1 + m) = -4 artanh(s) with s = m / (2 + m), = s (-4 + r0 s^2 + r1 s^4 + r2 s^6): a minimax fit to 8e-10 over
// one octave. The series in s needs a third of the terms of a series in m.
const r0 = /* @__PURE__ */ Math.fround(-1.3333355283);
const r1 = /* @__PURE__ */ Math.fround(-0.7995507396);
const r2 = /* @__PURE__ */ Math.fround(-0.5974372458);
const minusTwoLog2 = -1.3862943649291992; // -2 log 2 as float32

// sin f = f + f^3 (a0 + a1 f^2 + a2 f^4) for |f| <= pi / 4, Cephes sinf.
const a0 = /* @__PURE__ */ Math.fround(-1.6666654611e-1);
const a1 = /* @__PURE__ */ Math.fround(8.3321608736e-3);
const a2 = /* @__PURE__ */ Math.fround(-1.9515295891e-4);

// A quarter of a turn in units of the angle's 24 bits.
const quarterTurn = 9.362675967850009e-8; // pi / 2 / 2^24 as float32

/**
 * Draws `count` standard normals with the Box-Muller transform: sqrt(-2 log u) sin(a) and sqrt(-2 log u) cos(a).
 *
 * A block of eight takes two steps of the four lanes: the first gives four u in (0, 1), the second four angles a. The
 * four sines come first, then the four cosines. Surplus values of the last block are discarded, so the stream
 * always moves by `2 * ceil(count / 8)` steps.
 *
 * Every operation is +, -, *, / or a square root whose result is rounded to float32 at once (or needs no rounding), or
 * acts on 32-bit integers. So float32 arithmetic without fused multiply-add gives the same bits. The largest difference from
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
  // u = word / 2^32, truncated to 24 leading bits like a float32 mantissa: m + 1 = u / 2^exponent, and m is exact.
  // The last bit is set, so that u is not 0.
  const bitsOfU = bits[i]! | 1;
  const zeros = Math.clz32(bitsOfU);
  const mantissa = (bitsOfU << zeros) >>> 8;
  const isSmall = (mantissa - sqrtHalf) >> 31; // -1 or 0
  const exponent = isSmall - zeros;
  const m = (mantissa + (mantissa & isSmall) - 2 ** 24) * 2 ** -24;
  const s = Math.fround(m / Math.fround(2 + m));
  const s2 = Math.fround(s * s);
  let p = Math.fround(Math.fround(r2 * s2) + r1);
  p = Math.fround(Math.fround(p * s2) + r0);
  p = Math.fround(Math.fround(p * s2) - 4);
  const minusTwoLog = Math.fround(Math.fround(exponent * minusTwoLog2) + Math.fround(s * p));
  const radius = Math.fround(Math.sqrt(minusTwoLog));

  // Two bits choose the quarter turn, the next 24 an angle f in [-pi/4, pi/4) from its middle.
  const word = bits[i + 4]!;
  const quarter = word >>> 30;
  const f = Math.fround(((word << 2) >> 8) * quarterTurn);
  const f2 = Math.fround(f * f);
  let q = Math.fround(Math.fround(a2 * f2) + a1);
  q = Math.fround(Math.fround(q * f2) + a0);
  const sine = Math.fround(Math.fround(Math.fround(q * f2) * f) + f);
  const cosine = Math.fround(Math.sqrt(Math.fround(1 - Math.fround(sine * sine))));
  // In odd quarters sine and cosine trade places: choosing an index avoids a branch that no CPU can predict.
  const swap = (quarter & 1) << 2;
  values[i + swap] = Math.fround(radius * (sine * (1 - ((quarter + 1) & 2))));
  values[i + 4 - swap] = Math.fround(radius * (cosine * (1 - (quarter & 2))));
}
