// The streams of src/random/normal.ts, uniform.ts and xoshiro.ts, four lanes at once: the same operations in the same order make it
// bit-identical.

// @inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

// @inline
function output(s0: v128, s3: v128): v128 {
  return i32x4.add(rotate(i32x4.add(s0, s3), 7), s0);
}

/** sqrt(-2 log u), where u is the word / 2^32, truncated to 24 bits. */
// @inline
function radiusOf(word: v128): v128 {
  const odd = v128.or(word, i32x4.splat(1));
  // All bits more than 23 places behind the leading one are set to 0; then the conversion is exact.
  let behind = i32x4.shr_u(odd, 24);
  behind = v128.or(behind, i32x4.shr_u(behind, 1));
  behind = v128.or(behind, i32x4.shr_u(behind, 2));
  behind = v128.or(behind, i32x4.shr_u(behind, 4));
  const float = f32x4.convert_i32x4_u(v128.andnot(odd, behind));
  const mantissa = v128.or(v128.and(float, i32x4.splat(0x7fffff)), i32x4.splat(0x800000));
  const isSmall = i32x4.shr_s(i32x4.sub(mantissa, i32x4.splat(0xb504f3)), 31);
  // u = mantissa 2^(exponent - 24): a word of 2^31 has none, its float's is 127 + 31
  const exponent = i32x4.add(i32x4.sub(i32x4.shr_u(float, 23), i32x4.splat(127 + 31)), isSmall);
  const bits = i32x4.sub(i32x4.add(mantissa, v128.and(mantissa, isSmall)), i32x4.splat(0x1000000));
  const m = f32x4.mul(f32x4.convert_i32x4_s(bits), f32x4.splat(5.9604644775390625e-8));
  const s = f32x4.div(m, f32x4.add(f32x4.splat(2), m));
  const square = f32x4.mul(s, s);
  let p = f32x4.add(f32x4.mul(f32x4.splat(-0.5974372458), square), f32x4.splat(-0.7995507396));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-1.3333355283));
  p = f32x4.sub(f32x4.mul(p, square), f32x4.splat(4));
  const powers = f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(-1.3862943649291992));
  return f32x4.sqrt(f32x4.add(powers, f32x4.mul(s, p)));
}

/**
 * Fills blocks of eight numbers: four times the radius and the sine, then the cosine. `state` has sixteen words, which
 * advance.
 */
export function normals(state: usize, y: usize, blocks: i32): void {
  let s0 = v128.load(state),
    s1 = v128.load(state, 16),
    s2 = v128.load(state, 32),
    s3 = v128.load(state, 48);
  for (; blocks > 0; blocks--, y += 32) {
    const first = output(s0, s3);
    let shifted = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, shifted);
    s3 = rotate(s3, 11);
    const second = output(s0, s3);
    shifted = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, shifted);
    s3 = rotate(s3, 11);

    const radius = radiusOf(first);
    const quarter = i32x4.shr_u(second, 30);
    const angle = i32x4.shr_s(i32x4.shl(second, 2), 8);
    const f = f32x4.mul(f32x4.convert_i32x4_s(angle), f32x4.splat(9.362675967850009e-8));
    const square = f32x4.mul(f, f);
    let q = f32x4.add(f32x4.mul(f32x4.splat(-1.9515295891e-4), square), f32x4.splat(8.3321608736e-3));
    q = f32x4.add(f32x4.mul(q, square), f32x4.splat(-1.6666654611e-1));
    const sine = f32x4.add(f32x4.mul(f32x4.mul(q, square), f), f);
    const cosine = f32x4.sqrt(f32x4.sub(f32x4.splat(1), f32x4.mul(sine, sine)));
    // the signs: of the sine in quarters 1 and 2, of the cosine in quarters 2 and 3
    const two = i32x4.splat(2);
    const sineSign = i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), two), 30);
    const cosineSign = i32x4.shl(v128.and(quarter, two), 30);
    const a = f32x4.mul(radius, v128.xor(sine, sineSign));
    const b = f32x4.mul(radius, v128.xor(cosine, cosineSign));
    const swap = i32x4.eq(v128.and(quarter, i32x4.splat(1)), i32x4.splat(1));
    v128.store(y, v128.bitselect(b, a, swap));
    v128.store(y, v128.bitselect(a, b, swap), 16);
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

/** Fills blocks of four numbers, `low` + (`high` - `low`) u with u below 1; `last`, the largest below `high`, is where they are rounded to it. */
export function uniforms(state: usize, y: usize, blocks: i32, low: f32, high: f32, last: f32): void {
  let s0 = v128.load(state),
    s1 = v128.load(state, 16),
    s2 = v128.load(state, 32),
    s3 = v128.load(state, 48);
  const lows = f32x4.splat(low),
    highs = f32x4.splat(high),
    lasts = f32x4.splat(last),
    range = f32x4.splat(high - low),
    unit = f32x4.splat(5.9604644775390625e-8);
  for (; blocks > 0; blocks--, y += 16) {
    const word = output(s0, s3);
    const shifted = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, shifted);
    s3 = rotate(s3, 11);
    const u = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), unit);
    const value = f32x4.add(lows, f32x4.mul(u, range));
    v128.store(y, v128.bitselect(value, lasts, f32x4.lt(value, highs)));
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}
