import { expOfNegative4, sumOf4 } from './math';
import { pack } from './pack';
import { rowSums } from './sums';
import { unary, unaryScratch } from './unary';

/** log(2 pi) / 2 */
const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;

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
    const most = max(
      max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
      max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
    );
    largest = f32x4.splat(most);
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
    store<f32>(values, most + (load<f32>(values) - normal));
  }
}
