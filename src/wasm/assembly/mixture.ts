import { copyRows } from './copies';
import { expOfNegative4, sumOf4 } from './math';
import { pack } from './pack';
import { rowSums } from './sums';
import { unary, unaryScratch } from './unary';

/** log(2 pi) / 2 */
const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;

/** Responsibilities below this are 0 in gradients: their products would not be normal numbers, with which a processor is slow. */
const SMALL: f32 = 1e-30;

/**
 * The log-density of a mixture of Gaussians for `count` rows of z from row `begin`, and the responsibilities, which are the softmax over k of
 * logits[k] + log N(z; means[k], exp(logVariances[k])). With a size of 0 these are the log-sum-exp and the softmax of the logits.
 *
 * @param normalizer - where the log-sum-exp of the logits is, which is subtracted
 * @param scratch - has room for `unaryScratch` bytes and, for each component of a multiple of 8, 2 * size + 2 numbers
 */
export function mixture(
  z: usize,
  means: usize,
  logVariances: usize,
  logits: usize,
  normalizer: usize,
  values: usize,
  responsibilities: usize,
  begin: i32,
  count: i32,
  size: i32,
  components: i32,
  scratch: usize,
): void {
  const row = (<usize>size) << 2,
    all = (<usize>components) << 2,
    width = (all + 31) & ~31,
    panels = width * <usize>size;
  const constants = scratch + unaryScratch(),
    joint = constants + width,
    m = joint + width,
    factors = m + panels;
  // read first: it may be where the only value is written
  const normal = load<f32>(normalizer) + <f32>size * HALF_LOG_TWO_PI;
  rowSums(logVariances, constants, components, size, -0.5);
  for (let k: usize = 0; k < width; k += 4) {
    const constant = k < all ? load<f32>(constants + k) + load<f32>(logits + k) : -f32.POSITIVE_INFINITY;
    store<f32>(constants + k, constant);
  }
  pack(m, means, components, size, row, 4, 8);
  pack(factors, logVariances, components, size, row, 4, 8);
  unary(0, factors, factors, <i32>(panels >> 2), scratch);
  for (let i = factors; i < factors + panels; i += 16) {
    v128.store(i, f32x4.div(f32x4.splat(-0.5), v128.load(i)));
  }
  z += <usize>begin * row;
  values += (<usize>begin) << 2;
  responsibilities += <usize>begin * all;
  for (; count > 0; count--, z += row, values += 4, responsibilities += all) {
    let largest = f32x4.splat(-f32.POSITIVE_INFINITY);
    let at = m;
    for (let k: usize = 0; k < width; k += 32) {
      let a = f32x4.splat(0),
        b = a;
      for (let j: usize = 0; j < row; j += 4, at += 32) {
        const x = v128.load32_splat(z + j);
        const first = f32x4.sub(x, v128.load(at)),
          second = f32x4.sub(x, v128.load(at, 16));
        a = f32x4.add(a, f32x4.mul(f32x4.mul(first, first), v128.load(at + panels)));
        b = f32x4.add(b, f32x4.mul(f32x4.mul(second, second), v128.load(at + panels, 16)));
      }
      a = f32x4.add(a, v128.load(constants + k));
      b = f32x4.add(b, v128.load(constants + k, 16));
      v128.store(joint + k, a);
      v128.store(joint + k, b, 16);
      largest = f32x4.max(largest, f32x4.max(a, b));
    }
    largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
    largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
    let sums = f32x4.splat(0);
    for (let k: usize = 0; k < width; k += 16) {
      const power = expOfNegative4(f32x4.sub(v128.load(joint + k), largest), scratch);
      sums = f32x4.add(sums, power);
      v128.store(joint + k, power);
    }
    const sum = <f32>sumOf4(sums);
    const share = f32x4.splat(1 / sum);
    for (let k: usize = 0; k < width; k += 16) v128.store(joint + k, f32x4.mul(v128.load(joint + k), share));
    memory.copy(responsibilities, joint, all);
    store<f32>(values, sum - 1);
    unary(2, values, values, 1, scratch);
    store<f32>(values, f32x4.extract_lane(largest, 0) + (load<f32>(values) - normal));
  }
}

/**
 * The gradients of {@link mixture} with respect to `count` components from `begin`, and their share of the gradient with respect to z.
 *
 * @param weights - the softmax of the logits
 * @param scratch - has room for `unaryScratch` bytes, `rows` numbers and, for each dimension of a multiple of 8, 2 * (rows + count)
 */
export function mixtureGradient(
  z: usize,
  means: usize,
  logVariances: usize,
  weights: usize,
  responsibilities: usize,
  dy: usize,
  dz: usize,
  dMeans: usize,
  dLogVariances: usize,
  dLogits: usize,
  rows: i32,
  begin: i32,
  count: i32,
  size: i32,
  components: i32,
  scratch: usize,
): void {
  const row = (<usize>size) << 2,
    panels = (<usize>size + 7) >> 3,
    ofRows = (<usize>rows) << 5,
    ofCount = (<usize>count) << 5,
    away = panels * ofRows,
    apart = panels * ofCount,
    first = <usize>begin * row;
  const shares = scratch + unaryScratch(),
    x = shares + ((<usize>rows) << 2),
    pulls = x + away,
    m = pulls + away,
    variances = m + apart;
  means += first;
  logVariances += first;
  weights += (<usize>begin) << 2;
  responsibilities += (<usize>begin) << 2;
  dLogits += (<usize>begin) << 2;
  rowSums(dy, scratch, 1, rows, 1);
  const total = load<f32>(scratch);
  pack(x, z, size, rows, 4, row, 8);
  memory.fill(pulls, 0, away);
  pack(m, means, size, count, 4, row, 8);
  pack(variances, logVariances, size, count, 4, row, 8);
  unary(0, variances, variances, <i32>(apart >> 2), scratch);
  for (let k = m; k < m + ofCount; k += 32, responsibilities += 4, weights += 4, dLogits += 4) {
    let sum: f32 = 0;
    for (let n = 0, from = responsibilities; n < rows; n++, from += (<usize>components) << 2) {
      const at = (<usize>n) << 2;
      let share = load<f32>(from);
      share = abs(share) < SMALL ? 0 : share * load<f32>(dy + at);
      store<f32>(shares + at, share);
      sum += share;
    }
    store<f32>(dLogits, sum - load<f32>(weights) * total);
    let from = x;
    for (let panel = k; panel < variances; panel += ofCount) {
      const one = f32x4.splat(1),
        m0 = v128.load(panel),
        m1 = v128.load(panel, 16),
        p0 = f32x4.div(one, v128.load(panel + apart)),
        p1 = f32x4.div(one, v128.load(panel + apart, 16));
      let a0 = f32x4.splat(0),
        a1 = a0,
        b0 = a0,
        b1 = a0;
      for (let at = shares; at < x; at += 4, from += 32) {
        const share = v128.load32_splat(at);
        const d0 = f32x4.sub(v128.load(from), m0),
          d1 = f32x4.sub(v128.load(from, 16), m1);
        const e0 = f32x4.mul(share, d0),
          e1 = f32x4.mul(share, d1);
        a0 = f32x4.add(a0, e0);
        a1 = f32x4.add(a1, e1);
        b0 = f32x4.add(b0, f32x4.mul(e0, d0));
        b1 = f32x4.add(b1, f32x4.mul(e1, d1));
        const to = from + away;
        v128.store(to, f32x4.sub(v128.load(to), f32x4.mul(e0, p0)));
        v128.store(to, f32x4.sub(v128.load(to, 16), f32x4.mul(e1, p1)), 16);
      }
      const half = f32x4.splat(0.5),
        sums = f32x4.splat(sum);
      v128.store(panel, f32x4.mul(a0, p0));
      v128.store(panel, f32x4.mul(a1, p1), 16);
      v128.store(panel + apart, f32x4.mul(half, f32x4.sub(f32x4.mul(b0, p0), sums)));
      v128.store(panel + apart, f32x4.mul(half, f32x4.sub(f32x4.mul(b1, p1), sums)), 16);
    }
  }
  for (let j = 0; j < size; j += 8) {
    const n = min(8, size - j);
    const at = (<usize>j) << 2;
    copyRows(pulls + at * <usize>rows, 8, dz + at, size, rows, n);
    copyRows(m + at * <usize>count, 8, dMeans + first + at, size, count, n);
    copyRows(variances + at * <usize>count, 8, dLogVariances + first + at, size, count, n);
  }
}
