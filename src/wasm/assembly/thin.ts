/**
 * c = activation(a b + bias) for contiguous matrices, `[rows, inner]` and `[inner, columns]`, with at most three products per sum and columns in
 * multiples of four: b is read in place. Sums begin with the bias or 0, in the order of the products, and are not fused.
 *
 * @param bias - for each column, or 0
 * @param negativeSlope - the factor of negative sums: 1 for no activation, 0 for relu
 */
export function multiplyThin(
  a: usize,
  b: usize,
  bias: usize,
  c: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  negativeSlope: f32,
): void {
  const size = (<usize>columns) << 2,
    next = (<usize>inner) << 2;
  const zero = f32x4.splat(0),
    slope = f32x4.splat(negativeSlope);
  for (let i = 0; i < rows; i++, a += next, c += size) {
    for (let j: usize = 0; j < size; j += 16) {
      let sum = bias == 0 ? zero : v128.load(bias + j);
      for (let k: usize = 0, at = b + j; k < next; k += 4, at += size)
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a + k), v128.load(at)));
      if (negativeSlope != 1) {
        // 0 times an infinite sum would be NaN
        const below = negativeSlope == 0 ? zero : f32x4.mul(sum, slope);
        sum = v128.bitselect(below, sum, f32x4.lt(sum, zero));
      }
      v128.store(c + j, sum);
    }
  }
}
