import { rootOf } from './math';

/**
 * The next moment, by the formula of src/operations/adam.ts: keep moment + share (value - pull moment). All moments have
 * the same roundings, also those of the constant 1, so that common errors cancel in the quotient of two.
 */
// @inline
function next4(moment: v128, value: v128, share: v128, keep: v128, pull: v128): v128 {
  const change = f32x4.sub(value, f32x4.mul(moment, pull));
  return f32x4.add(f32x4.mul(moment, keep), f32x4.mul(change, share));
}

/** The same for one number. */
export function nextMoment(moment: f32, value: f32, share: f32, keep: f32, pull: f32): f32 {
  return moment * keep + (value - moment * pull) * share;
}

/**
 * One step of Adam for n numbers: newVariable = variable kept - mean rate / (sqrt(square scale) + epsilon), where mean and
 * square are the next moments, or 0 where those are smaller than `least`. It reads the old moments and writes new ones.
 */
export function adamStep(
  variable: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  newVariable: usize,
  newMean: usize,
  newSquare: usize,
  n: i32,
  meanShare: f32,
  meanKeep: f32,
  meanPull: f32,
  squareShare: f32,
  squareKeep: f32,
  squarePull: f32,
  rate: f32,
  scale: f32,
  epsilon: f32,
  kept: f32,
  least: f32,
): void {
  const share1 = f32x4.splat(meanShare),
    keep1 = f32x4.splat(meanKeep),
    pull1 = f32x4.splat(meanPull);
  const share2 = f32x4.splat(squareShare),
    keep2 = f32x4.splat(squareKeep),
    pull2 = f32x4.splat(squarePull);
  const rates = f32x4.splat(rate),
    scales = f32x4.splat(scale),
    epsilons = f32x4.splat(epsilon),
    keeps = f32x4.splat(kept),
    floor = f32x4.splat(least);
  const end = (<usize>(n & ~3)) << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const g = v128.load(gradient + i);
    let m = next4(v128.load(mean + i), g, share1, keep1, pull1);
    let v = next4(v128.load(square + i), f32x4.mul(g, g), share2, keep2, pull2);
    // NaN is not below anything, and stays
    m = v128.andnot(m, f32x4.lt(f32x4.abs(m), floor));
    v = v128.andnot(v, f32x4.lt(v, floor));
    v128.store(newMean + i, m);
    v128.store(newSquare + i, v);
    const change = f32x4.div(f32x4.mul(m, rates), f32x4.add(f32x4.sqrt(f32x4.mul(v, scales)), epsilons));
    v128.store(newVariable + i, f32x4.sub(f32x4.mul(v128.load(variable + i), keeps), change));
  }
  const all = (<usize>n) << 2;
  for (let i = end; i < all; i += 4) {
    const g = load<f32>(gradient + i);
    let m = nextMoment(load<f32>(mean + i), g, meanShare, meanKeep, meanPull);
    let v = nextMoment(load<f32>(square + i), g * g, squareShare, squareKeep, squarePull);
    if (abs(m) < least) m = 0;
    if (v < least) v = 0;
    store<f32>(newMean + i, m);
    store<f32>(newSquare + i, v);
    const change = (m * rate) / (rootOf(v * scale) + epsilon);
    store<f32>(newVariable + i, load<f32>(variable + i) * kept - change);
  }
}

/** 1 if the squares of n numbers are finite, otherwise 0. */
export function squaresAreFinite(x: usize, n: i32): i32 {
  const end = x + ((<usize>n) << 2);
  // without the sign, the bits of numbers are in their order, and those of NaN above all
  let most = i32x4.splat(0);
  for (; x + 64 <= end; x += 64) {
    const half = i32x4.max_s(f32x4.abs(v128.load(x)), f32x4.abs(v128.load(x, 16)));
    most = i32x4.max_s(most, i32x4.max_s(half, i32x4.max_s(f32x4.abs(v128.load(x, 32)), f32x4.abs(v128.load(x, 48)))));
  }
  for (; x < end; x += 4) most = i32x4.max_s(most, f32x4.abs(v128.load32_splat(x)));
  return i32x4.all_true(i32x4.lt_s(most, f32x4.splat(1.8446744073709552e19))) ? 1 : 0; // 2^64
}
