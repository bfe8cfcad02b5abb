import { rootOf } from './math';
import { columnSums } from './sums';

// An example is a matrix `[rows, channels]`; neighbouring channels form groups of `size`.

/** means[c] = the mean of the group of c, from the sums of the channels over all rows. */
export function groupMeans(sums: usize, means: usize, rows: i32, channels: i32, size: i32): void {
  for (let c = 0; c < channels; c += size) {
    let sum: f64 = 0;
    for (let i = 0; i < size; i++) sum += <f64>load<f32>(sums + ((<usize>(c + i)) << 2));
    const mean = <f32>(sum / (<f64>rows * <f64>size));
    for (let i = 0; i < size; i++) store<f32>(means + ((<usize>(c + i)) << 2), mean);
  }
}

/** sums[c] = the sum over the rows of (x - means[c])^2. */
export function columnSquares(x: usize, means: usize, sums: usize, rows: i32, channels: i32): void {
  memory.fill(sums, 0, (<usize>channels) << 2);
  const row = (<usize>channels) << 2;
  for (; rows > 0; rows -= 128, x += 128 * row) {
    const count = min(rows, 128);
    let at: usize = 0;
    for (; at + 32 <= row; at += 32) {
      let a = f32x4.splat(0),
        b = a;
      const m = v128.load(means + at),
        n = v128.load(means + at, 16);
      let p = x + at;
      for (let i = 0; i < count; i++, p += row) {
        const d = f32x4.sub(v128.load(p), m),
          e = f32x4.sub(v128.load(p, 16), n);
        a = f32x4.add(a, f32x4.mul(d, d));
        b = f32x4.add(b, f32x4.mul(e, e));
      }
      const q = sums + at;
      v128.store(q, f32x4.add(v128.load(q), a));
      v128.store(q, f32x4.add(v128.load(q, 16), b), 16);
    }
    for (; at < row; at += 4) {
      let a: f32 = 0;
      const m = load<f32>(means + at);
      let p = x + at;
      for (let i = 0; i < count; i++, p += row) {
        const d = load<f32>(p) - m;
        a += d * d;
      }
      store<f32>(sums + at, load<f32>(sums + at) + a);
    }
  }
}

/** y = (x - means) * factors + offset; means, factors and offset have one number for each channel. */
export function scaleAndShift(
  x: usize,
  means: usize,
  factors: usize,
  offset: usize,
  y: usize,
  rows: i32,
  channels: i32,
): void {
  const row = (<usize>channels) << 2;
  for (; rows > 0; rows--, x += row, y += row) {
    let c: usize = 0;
    for (; c + 16 <= row; c += 16) {
      const centered = f32x4.sub(v128.load(x + c), v128.load(means + c));
      v128.store(y + c, f32x4.add(f32x4.mul(centered, v128.load(factors + c)), v128.load(offset + c)));
    }
    for (; c < row; c += 4) {
      const centered = load<f32>(x + c) - load<f32>(means + c);
      store<f32>(y + c, centered * load<f32>(factors + c) + load<f32>(offset + c));
    }
  }
}

/** variances[c] = the mean of the channels' sums of squares in the group of c, and factors[c] = scale[c] / sqrt(variances[c] + epsilon). */
export function groupFactors(
  sums: usize,
  scale: usize,
  variances: usize,
  factors: usize,
  rows: i32,
  channels: i32,
  size: i32,
  epsilon: f32,
): void {
  groupMeans(sums, variances, rows, channels, size);
  factorsOf(scale, variances, factors, channels, epsilon);
}

/**
 * Normalises contiguous examples. `means` and `variances` get one number for each example and channel;
 * `scratch` has room for 2 * channels numbers.
 */
export function normalizeExamples(
  x: usize,
  scale: usize,
  offset: usize,
  y: usize,
  means: usize,
  variances: usize,
  examples: i32,
  rows: i32,
  channels: i32,
  size: i32,
  epsilon: f32,
  scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const factors = scratch + row;
  for (; examples > 0; examples--) {
    columnSums(x, scratch, rows, channels);
    groupMeans(scratch, means, rows, channels, size);
    columnSquares(x, means, scratch, rows, channels);
    groupFactors(scratch, scale, variances, factors, rows, channels, size, epsilon);
    scaleAndShift(x, means, factors, offset, y, rows, channels);
    x += row * <usize>rows;
    y += row * <usize>rows;
    means += row;
    variances += row;
  }
}

/** factors[c] = scale[c] / sqrt(variances[c] + epsilon) */
export function factorsOf(scale: usize, variances: usize, factors: usize, channels: i32, epsilon: f32): void {
  const row = (<usize>channels) << 2;
  for (let c: usize = 0; c < row; c += 4) {
    store<f32>(factors + c, load<f32>(scale + c) / rootOf(load<f32>(variances + c) + epsilon));
  }
}
