// Layer norm: each row of n numbers is normalised by itself. The formulas are those of normalization.ts and normalization-gradient.ts,
// whose sums per channel would have one row each.
import { rootOf } from './math';

/** The sum of four numbers in two float64 lanes. */
// @inline
function pairs(x: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1)));
}

// @inline
function total(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** y = (x - mean) * scale / sqrt(variance + epsilon) + offset in each row, whose mean and variance are kept. */
export function normalizeRows(
  x: usize,
  scale: usize,
  offset: usize,
  y: usize,
  means: usize,
  variances: usize,
  rows: i32,
  n: i32,
  epsilon: f32,
): void {
  const row = (<usize>n) << 2,
    whole = row & ~15;
  for (; rows > 0; rows--, x += row, y += row, means += 4, variances += 4) {
    let sums = f64x2.splat(0);
    for (let c: usize = 0; c < whole; c += 16) sums = f64x2.add(sums, pairs(v128.load(x + c)));
    let sum = total(sums);
    for (let c = whole; c < row; c += 4) sum += <f64>load<f32>(x + c);
    const mean = <f32>(sum / <f64>n),
      mean4 = f32x4.splat(mean);
    let squares = f64x2.splat(0);
    for (let c: usize = 0; c < whole; c += 16) {
      const away = f32x4.sub(v128.load(x + c), mean4);
      squares = f64x2.add(squares, pairs(f32x4.mul(away, away)));
    }
    let square = total(squares);
    for (let c = whole; c < row; c += 4) {
      const away = load<f32>(x + c) - mean;
      square += <f64>(away * away);
    }
    const variance = <f32>(square / <f64>n);
    store<f32>(means, mean);
    store<f32>(variances, variance);
    const root = rootOf(variance + epsilon),
      root4 = f32x4.splat(root);
    for (let c: usize = 0; c < whole; c += 16) {
      const factor = f32x4.div(v128.load(scale + c), root4);
      const away = f32x4.sub(v128.load(x + c), mean4);
      v128.store(y + c, f32x4.add(f32x4.mul(away, factor), v128.load(offset + c)));
    }
    for (let c = whole; c < row; c += 4) {
      store<f32>(y + c, (load<f32>(x + c) - mean) * (load<f32>(scale + c) / root) + load<f32>(offset + c));
    }
  }
}

/** The gradients of {@link normalizeRows}: dx, and dScale and dOffset of these rows. */
export function normalizeRowsGradient(
  x: usize,
  dy: usize,
  scale: usize,
  means: usize,
  variances: usize,
  dx: usize,
  dScale: usize,
  dOffset: usize,
  rows: i32,
  n: i32,
  epsilon: f32,
): void {
  const row = (<usize>n) << 2,
    whole = row & ~15;
  memory.fill(dScale, 0, row);
  memory.fill(dOffset, 0, row);
  for (; rows > 0; rows--, x += row, dy += row, dx += row, means += 4, variances += 4) {
    const mean = load<f32>(means),
      root = rootOf(load<f32>(variances) + epsilon),
      r = <f32>1 / root;
    const mean4 = f32x4.splat(mean),
      root4 = f32x4.splat(root),
      r4 = f32x4.splat(r);
    let shifts = f64x2.splat(0),
      pulls = f64x2.splat(0);
    for (let c: usize = 0; c < whole; c += 16) {
      const slope = v128.load(dy + c),
        factor = v128.load(scale + c);
      const product = f32x4.mul(f32x4.mul(slope, f32x4.sub(v128.load(x + c), mean4)), r4);
      v128.store(dOffset + c, f32x4.add(v128.load(dOffset + c), slope));
      v128.store(dScale + c, f32x4.add(v128.load(dScale + c), product));
      shifts = f64x2.add(shifts, pairs(f32x4.mul(factor, slope)));
      pulls = f64x2.add(pulls, pairs(f32x4.mul(factor, product)));
    }
    let shift = total(shifts),
      pull = total(pulls);
    for (let c = whole; c < row; c += 4) {
      const slope = load<f32>(dy + c),
        factor = load<f32>(scale + c);
      const product = slope * (load<f32>(x + c) - mean) * r;
      store<f32>(dOffset + c, load<f32>(dOffset + c) + slope);
      store<f32>(dScale + c, load<f32>(dScale + c) + product);
      shift += <f64>(factor * slope);
      pull += <f64>(factor * product);
    }
    const commonShift = <f32>((<f64>r * shift) / <f64>n),
      commonPull = <f32>((<f64>r * <f64>r * pull) / <f64>n);
    const shift4 = f32x4.splat(commonShift),
      pull4 = f32x4.splat(commonPull);
    for (let c: usize = 0; c < whole; c += 16) {
      const away = f32x4.mul(f32x4.sub(v128.load(x + c), mean4), pull4);
      const kept = f32x4.mul(v128.load(dy + c), f32x4.div(v128.load(scale + c), root4));
      v128.store(dx + c, f32x4.sub(kept, f32x4.add(away, shift4)));
    }
    for (let c = whole; c < row; c += 4) {
      const away = (load<f32>(x + c) - mean) * commonPull + commonShift;
      store<f32>(dx + c, load<f32>(dy + c) * (load<f32>(scale + c) / root) - away);
    }
  }
}
