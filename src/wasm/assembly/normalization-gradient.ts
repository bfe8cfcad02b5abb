// The gradients of normalize.ts, in the same layout.
import { rootOf } from './math';
import { factorsOf } from './normalization';

/** slopes[c] = the sum over the rows of dy, products[c] = that of dy (x - means[c]). */
export function slopeSums(
  x: usize,
  dy: usize,
  means: usize,
  slopes: usize,
  products: usize,
  rows: i32,
  channels: i32,
): void {
  const row = (<usize>channels) << 2;
  memory.fill(slopes, 0, row);
  memory.fill(products, 0, row);
  for (; rows > 0; rows -= 128, x += 128 * row, dy += 128 * row) {
    const count = min(rows, 128);
    let at: usize = 0;
    // V8 joins two vectors to a wider one
    for (; at + 32 <= row; at += 32) {
      let a = f32x4.splat(0),
        b = a,
        c = a,
        d = a;
      const m = v128.load(means + at),
        n = v128.load(means + at, 16);
      let p = x + at,
        q = dy + at;
      for (let i = 0; i < count; i++, p += row, q += row) {
        const g = v128.load(q),
          h = v128.load(q, 16);
        a = f32x4.add(a, g);
        c = f32x4.add(c, h);
        b = f32x4.add(b, f32x4.mul(g, f32x4.sub(v128.load(p), m)));
        d = f32x4.add(d, f32x4.mul(h, f32x4.sub(v128.load(p, 16), n)));
      }
      v128.store(slopes + at, f32x4.add(v128.load(slopes + at), a));
      v128.store(slopes + at, f32x4.add(v128.load(slopes + at, 16), c), 16);
      v128.store(products + at, f32x4.add(v128.load(products + at), b));
      v128.store(products + at, f32x4.add(v128.load(products + at, 16), d), 16);
    }
    for (; at + 16 <= row; at += 16) {
      let a = f32x4.splat(0),
        b = a;
      const m = v128.load(means + at);
      let p = x + at,
        q = dy + at;
      for (let i = 0; i < count; i++, p += row, q += row) {
        const g = v128.load(q);
        a = f32x4.add(a, g);
        b = f32x4.add(b, f32x4.mul(g, f32x4.sub(v128.load(p), m)));
      }
      v128.store(slopes + at, f32x4.add(v128.load(slopes + at), a));
      v128.store(products + at, f32x4.add(v128.load(products + at), b));
    }
    for (; at < row; at += 4) {
      let a: f32 = 0,
        b: f32 = 0;
      const m = load<f32>(means + at);
      let p = x + at,
        q = dy + at;
      for (let i = 0; i < count; i++, p += row, q += row) {
        a += load<f32>(q);
        b += load<f32>(q) * (load<f32>(p) - m);
      }
      store<f32>(slopes + at, load<f32>(slopes + at) + a);
      store<f32>(products + at, load<f32>(products + at) + b);
    }
  }
}

/**
 * The coefficients of one example's gradient dx = factors dy - (x - means) pulls - shifts, from slopeSums; and its share
 * of the gradients of scale and offset, to which the previous dScale and dOffset are added unless `added` is 0.
 */
export function gradientFactors(
  slopes: usize,
  products: usize,
  scale: usize,
  variances: usize,
  shifts: usize,
  pulls: usize,
  dScale: usize,
  dOffset: usize,
  added: i32,
  rows: i32,
  channels: i32,
  size: i32,
  epsilon: f32,
): void {
  const numbers = <f64>rows * <f64>size;
  for (let begin = 0; begin < channels; begin += size) {
    const first = (<usize>begin) << 2;
    const last = first + ((<usize>size) << 2);
    const r = <f32>1 / rootOf(load<f32>(variances + first) + epsilon);
    let shift: f64 = 0,
      pull: f64 = 0;
    for (let c = first; c < last; c += 4) {
      const slope = load<f32>(slopes + c),
        product = load<f32>(products + c) * r;
      shift += <f64>load<f32>(scale + c) * <f64>slope;
      pull += <f64>load<f32>(scale + c) * <f64>product;
      store<f32>(dOffset + c, added ? load<f32>(dOffset + c) + slope : slope);
      store<f32>(dScale + c, added ? load<f32>(dScale + c) + product : product);
    }
    const commonShift = <f32>((<f64>r * shift) / numbers),
      commonPull = <f32>((<f64>r * <f64>r * pull) / numbers);
    for (let c = first; c < last; c += 4) {
      store<f32>(shifts + c, commonShift);
      store<f32>(pulls + c, commonPull);
    }
  }
}

/** dx = factors dy - (x - means) pulls - shifts */
export function combineGradient(
  x: usize,
  dy: usize,
  means: usize,
  factors: usize,
  pulls: usize,
  shifts: usize,
  dx: usize,
  rows: i32,
  channels: i32,
): void {
  const row = (<usize>channels) << 2;
  for (; rows > 0; rows--, x += row, dy += row, dx += row) {
    let c: usize = 0;
    for (; c + 32 <= row; c += 32) {
      const a = f32x4.mul(f32x4.sub(v128.load(x + c), v128.load(means + c)), v128.load(pulls + c)),
        b = f32x4.mul(f32x4.sub(v128.load(x + c, 16), v128.load(means + c, 16)), v128.load(pulls + c, 16));
      const first = f32x4.mul(v128.load(dy + c), v128.load(factors + c)),
        second = f32x4.mul(v128.load(dy + c, 16), v128.load(factors + c, 16));
      const low = v128.load(shifts + c),
        high = v128.load(shifts + c, 16);
      v128.store(dx + c, f32x4.sub(first, f32x4.add(a, low)));
      v128.store(dx + c, f32x4.sub(second, f32x4.add(b, high)), 16);
    }
    for (; c + 16 <= row; c += 16) {
      const pulled = f32x4.mul(f32x4.sub(v128.load(x + c), v128.load(means + c)), v128.load(pulls + c));
      const away = f32x4.add(pulled, v128.load(shifts + c));
      v128.store(dx + c, f32x4.sub(f32x4.mul(v128.load(dy + c), v128.load(factors + c)), away));
    }
    for (; c < row; c += 4) {
      const away = (load<f32>(x + c) - load<f32>(means + c)) * load<f32>(pulls + c) + load<f32>(shifts + c);
      store<f32>(dx + c, load<f32>(dy + c) * load<f32>(factors + c) - away);
    }
  }
}

/**
 * The gradients of normalizeExamples. dScale and dOffset are those of these examples; `scratch` has room for
 * 5 * channels numbers.
 */
export function normalizeGradient(
  x: usize,
  dy: usize,
  scale: usize,
  means: usize,
  variances: usize,
  dx: usize,
  dScale: usize,
  dOffset: usize,
  examples: i32,
  rows: i32,
  channels: i32,
  size: i32,
  epsilon: f32,
  scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const slopes = scratch,
    products = slopes + row,
    shifts = products + row,
    pulls = shifts + row,
    factors = pulls + row;
  for (let i = 0; i < examples; i++) {
    factorsOf(scale, variances, factors, channels, epsilon);
    slopeSums(x, dy, means, slopes, products, rows, channels);
    gradientFactors(
      slopes,
      products,
      scale,
      variances,
      shifts,
      pulls,
      dScale,
      dOffset,
      i,
      rows,
      channels,
      size,
      epsilon,
    );
    combineGradient(x, dy, means, factors, pulls, shifts, dx, rows, channels);
    const numbers = row * <usize>rows;
    x += numbers;
    dy += numbers;
    dx += numbers;
    means += row;
    variances += row;
  }
}
