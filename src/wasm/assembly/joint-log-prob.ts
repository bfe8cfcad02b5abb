import { pack } from './pack';
import { rowSums } from './sums';
import { unary, unaryScratch } from './unary';

/** log(2 pi) / 2 */
const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;

/**
 * y = logWeights[k] + log N(z; means[k], exp(logVariances[k])), `[rows, components]`, for `count` rows from row `begin`. Components are
 * packed by eights, so that eight squared distances are summed at once.
 *
 * @param scratch - has room for `unaryScratch` bytes and, for each component of a multiple of 8, 2 * size + 2 numbers
 */
export function jointLogProb(
  z: usize,
  means: usize,
  logVariances: usize,
  logWeights: usize,
  y: usize,
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
    sums = constants + width,
    m = sums + width,
    factors = m + panels;
  rowSums(logVariances, constants, components, size, -0.5);
  for (let k: usize = 0; k < all; k += 4) {
    const constant = load<f32>(logWeights + k) - <f32>size * HALF_LOG_TWO_PI;
    store<f32>(constants + k, load<f32>(constants + k) + constant);
  }
  pack(m, means, components, size, row, 4, 8);
  pack(factors, logVariances, components, size, row, 4, 8);
  unary(0, factors, factors, <i32>(panels >> 2), scratch);
  for (let i = factors; i < factors + panels; i += 16) {
    v128.store(i, f32x4.div(f32x4.splat(-0.5), v128.load(i)));
  }
  z += <usize>begin * row;
  y += <usize>begin * all;
  for (; count > 0; count--, z += row, y += all) {
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
      v128.store(sums + k, f32x4.add(a, v128.load(constants + k)));
      v128.store(sums + k, f32x4.add(b, v128.load(constants + k, 16)), 16);
    }
    memory.copy(y, sums, all);
  }
}
