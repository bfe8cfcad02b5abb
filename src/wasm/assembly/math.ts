// Functions of four float32 numbers at once, accurate to about one part in 10^7: Cephes' polynomials for float32, without
// tables of values. Their constants are read from the table that `writeTable` wrote.
import { At } from './table';

/** x / log 2, rounded to whole numbers, which are in the last bits of a float. */
// @inline
function powerOfTwo(x: v128, table: usize): v128 {
  return f32x4.add(f32x4.mul(x, v128.load32_splat(table, At.PerLogTwo)), v128.load32_splat(table, At.Rounder));
}

/** exp(r) - 1 where r = x - n log 2, |r| < 0.35, and `power` holds n. */
// @inline
function expm1Near(x: v128, power: v128, table: usize): v128 {
  const n = f32x4.sub(power, v128.load32_splat(table, At.Rounder));
  let r = f32x4.sub(x, f32x4.mul(n, v128.load32_splat(table, At.LogTwoHigh)));
  r = f32x4.sub(r, f32x4.mul(n, v128.load32_splat(table, At.LogTwoLow)));
  // Estrin's scheme: the three parts do not wait for each other
  const square = f32x4.mul(r, r);
  const high = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Exp0), r), v128.load32_splat(table, At.Exp1));
  const middle = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Exp2), r), v128.load32_splat(table, At.Exp3));
  const low = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Exp4), r), v128.load32_splat(table, At.Exp5));
  const upper = f32x4.add(f32x4.mul(high, square), middle);
  return f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(upper, square), low), square), r);
}

/** x, limited to the bounds outside of which exp(x) is 0 or infinite; NaN stays NaN. */
// @inline
function bounded(x: v128, table: usize): v128 {
  return f32x4.pmin(f32x4.pmax(x, v128.load32_splat(table, At.Smallest)), v128.load32_splat(table, At.Largest));
}

// Integer arithmetic on the bits of a NaN can make it a number. So x is multiplied by powers of 2, or not chosen where it is NaN.

/** x 2^n, n from -151 to 129, in two steps: a single one does not reach the largest and smallest numbers. */
// @inline
function scaled(x: v128, power: v128, table: usize): v128 {
  const one = v128.load32_splat(table, At.One);
  // the rounder's own bits are shifted out
  const half = i32x4.shr_s(power, 1);
  const first = f32x4.mul(x, i32x4.add(one, i32x4.shl(half, 23)));
  return f32x4.mul(first, i32x4.add(one, i32x4.shl(i32x4.sub(power, half), 23)));
}

// @inline
export function exp4(x: v128, table: usize): v128 {
  const within = bounded(x, table);
  const power = powerOfTwo(within, table);
  const near = f32x4.add(v128.load32_splat(table, At.One), expm1Near(within, power, table));
  return scaled(near, power, table);
}

/** exp(x) for x <= 0; 0 where it would not be a normal number, and anything where x is NaN. */
// @inline
export function expOfNegative4(x: v128, table: usize): v128 {
  const underflow = v128.load32_splat(table, At.Underflow);
  const within = f32x4.pmax(x, underflow);
  const power = powerOfTwo(within, table);
  const near = f32x4.add(v128.load32_splat(table, At.One), expm1Near(within, power, table));
  return v128.andnot(i32x4.add(near, i32x4.shl(power, 23)), f32x4.lt(x, underflow));
}

/** exp(x) - 1, accurate near 0. */
// @inline
export function expm14(x: v128, table: usize): v128 {
  const one = v128.load32_splat(table, At.One);
  const within = bounded(x, table);
  const power = powerOfTwo(within, table);
  const near = expm1Near(within, power, table);
  const large = f32x4.sub(scaled(f32x4.add(one, near), power, table), one);
  // 2^n (exp(r) - 1) + (2^n - 1), where 2^n - 1 is exact
  const factor = i32x4.add(one, i32x4.shl(power, 23));
  const small = f32x4.add(f32x4.mul(factor, near), f32x4.sub(factor, one));
  return v128.bitselect(large, small, f32x4.ge(f32x4.abs(x), f32x4.splat(8)));
}

/** log(x) of normal x > 0. */
// @inline
function log4(x: v128, table: usize): v128 {
  let exponent = i32x4.sub(i32x4.shr_u(x, 23), v128.load32_splat(table, At.Bias));
  const half = v128.load32_splat(table, At.Half);
  let m = v128.or(v128.and(x, v128.load32_splat(table, At.Fraction)), half);
  // m - 1 between sqrt(1/2) - 1 and sqrt(2) - 1
  const isSmall = f32x4.lt(m, v128.load32_splat(table, At.RootOfHalf));
  exponent = i32x4.add(exponent, isSmall);
  m = f32x4.sub(f32x4.add(m, v128.and(m, isSmall)), v128.load32_splat(table, At.One));
  const square = f32x4.mul(m, m);
  const cube = f32x4.mul(square, m);
  let p = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Log0), m), v128.load32_splat(table, At.Log1));
  let q = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Log3), m), v128.load32_splat(table, At.Log4));
  let s = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Log6), m), v128.load32_splat(table, At.Log7));
  p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(table, At.Log2));
  q = f32x4.add(f32x4.mul(q, m), v128.load32_splat(table, At.Log5));
  s = f32x4.add(f32x4.mul(s, m), v128.load32_splat(table, At.Log8));
  p = f32x4.mul(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(p, cube), q), cube), s), cube);
  const n = f32x4.convert_i32x4_s(exponent);
  p = f32x4.add(p, f32x4.mul(n, v128.load32_splat(table, At.LogTwoLow)));
  p = f32x4.sub(p, f32x4.mul(square, half));
  return f32x4.add(f32x4.add(m, p), f32x4.mul(n, v128.load32_splat(table, At.LogTwoHigh)));
}

/** log(1 + x) for 1 + x > 0 and finite; corrected for the rounding of 1 + x, so that it is accurate near 0. */
// @inline
export function log1pInside4(x: v128, table: usize): v128 {
  const one = v128.load32_splat(table, At.One);
  const sum = f32x4.add(one, x);
  return f32x4.add(log4(sum, table), f32x4.div(f32x4.sub(x, f32x4.sub(sum, one)), sum));
}

/** log(1 + x): -infinity at -1, NaN below. */
// @inline
export function log1p4(x: v128, table: usize): v128 {
  const infinity = f32x4.splat(f32.POSITIVE_INFINITY);
  const sum = f32x4.add(v128.load32_splat(table, At.One), x);
  const zero = f32x4.splat(0);
  const inside = v128.and(f32x4.gt(sum, zero), f32x4.lt(sum, infinity));
  const below = v128.bitselect(f32x4.neg(infinity), f32x4.splat(f32.NaN), f32x4.eq(sum, zero));
  const outside = v128.bitselect(x, below, f32x4.eq(x, infinity));
  return v128.bitselect(log1pInside4(x, table), outside, inside);
}

/** max(x, 0) + log(1 + exp(-|x|)) */
// @inline
export function softplus4(x: v128, table: usize): v128 {
  const power = expOfNegative4(v128.or(x, v128.load32_splat(table, At.SignBit)), table);
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1pInside4(power, table));
}

// @inline
export function tanh4(x: v128, table: usize): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = v128.load32_splat(table, At.Tanh0);
  p = f32x4.add(f32x4.mul(p, square), v128.load32_splat(table, At.Tanh1));
  p = f32x4.add(f32x4.mul(p, square), v128.load32_splat(table, At.Tanh2));
  p = f32x4.add(f32x4.mul(p, square), v128.load32_splat(table, At.Tanh3));
  p = f32x4.add(f32x4.mul(p, square), v128.load32_splat(table, At.Tanh4));
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x);
  const one = v128.load32_splat(table, At.One);
  const power = expOfNegative4(v128.or(f32x4.add(x, x), v128.load32_splat(table, At.SignBit)), table);
  const far = f32x4.div(f32x4.sub(one, power), f32x4.add(one, power));
  const signed = v128.or(far, v128.and(x, v128.load32_splat(table, At.SignBit)));
  return v128.bitselect(signed, near, f32x4.ge(size, f32x4.splat(0.625)));
}

/** 1 / (1 + exp(-x)) in the steps of XNNPACK, which computes it for tfjs: with the same bits. */
// @inline
export function sigmoid4(x: v128, table: usize): v128 {
  const rounder = v128.load32_splat(table, At.LogisticRounder),
    one = v128.load32_splat(table, At.One);
  const size = f32x4.abs(x);
  let n = f32x4.add(f32x4.mul(size, v128.load32_splat(table, At.LogisticPerLogTwo)), rounder);
  const power = i32x4.shl(n, 23);
  n = f32x4.sub(n, rounder);
  let t = f32x4.add(f32x4.mul(n, v128.load32_splat(table, At.LogisticHigh)), size);
  t = f32x4.add(f32x4.mul(n, v128.load32_splat(table, At.LogisticLow)), t);
  let p = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Logistic5), t), v128.load32_splat(table, At.Logistic4));
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(table, At.Logistic3));
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(table, At.Logistic2));
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(table, At.Logistic1));
  // exp(-|x|)
  const e = f32x4.add(f32x4.mul(f32x4.mul(t, power), p), power);
  let below = f32x4.div(e, f32x4.add(e, one));
  below = v128.andnot(below, f32x4.gt(size, v128.load32_splat(table, At.LogisticLimit)));
  return v128.bitselect(below, f32x4.sub(one, below), i32x4.shr_s(x, 31));
}

/** exp(-x^2 / 2) */
// @inline
function bell4(x: v128, table: usize): v128 {
  return expOfNegative4(f32x4.mul(f32x4.mul(x, x), f32x4.neg(v128.load32_splat(table, At.Half))), table);
}

/** The standard normal's distribution function, to 10^-7, from x and its bell. */
// @inline
function normal4(x: v128, bell: v128, table: usize): v128 {
  const one = v128.load32_splat(table, At.One);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.abs(x), v128.load32_splat(table, At.PerNormal))));
  let p = f32x4.add(f32x4.mul(v128.load32_splat(table, At.Normal5), t), v128.load32_splat(table, At.Normal4));
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(table, At.Normal3));
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(table, At.Normal2));
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(table, At.Normal1));
  const below = f32x4.mul(f32x4.mul(p, t), bell);
  return v128.bitselect(below, f32x4.sub(one, below), i32x4.shr_s(x, 31));
}

// @inline
export function gelu4(x: v128, table: usize): v128 {
  return f32x4.mul(x, normal4(x, bell4(x, table), table));
}

// @inline
export function geluSlope4(x: v128, table: usize): v128 {
  const bell = bell4(x, table);
  const density = f32x4.mul(bell, v128.load32_splat(table, At.Density));
  return f32x4.add(normal4(x, bell, table), f32x4.mul(x, density));
}

// @inline
export function rsqrt4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
}

/**
 * The square root of one number, as a vector. For `sqrt`, V8 takes an instruction of the old encoding, the only one in its code. After
 * vectors of 256 bits, each switch of encodings costs an Intel processor some hundred cycles.
 */
// @inline
export function rootOf(x: f32): f32 {
  return f32x4.extract_lane(f32x4.sqrt(f32x4.splat(x)), 0);
}

/** The sum of four numbers. */
// @inline
export function sumOf4(x: v128): f64 {
  const first = <f64>f32x4.extract_lane(x, 0) + <f64>f32x4.extract_lane(x, 1);
  return first + (<f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3));
}
