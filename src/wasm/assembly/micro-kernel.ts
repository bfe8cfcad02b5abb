// The heart of all products: 4 rows times 8 columns, summed in eight registers. Other sizes (5x8, 6x8, 8x4, 4x12) and an
// unrolled loop are slower in V8, which runs out of registers. AssemblyScript has no macros, so the 4 rows are written out.
// The imported tiles of 8 columns give the same bits, but cannot replace this one: products of few terms take longer with them, 9% with 20
// terms, 5% with 32, 1% with 64 (least of 150, Node 20), because each tile is a call into another instance.

/** Rows of a panel of the left operand. */
export const ROWS: i32 = 4;
/** Columns of a narrow panel of the right operand. */
export const NARROW: i32 = 8;
/** Columns of a wide panel, for the tiles of another module, which V8 can compute with vectors of 256 bits. */
export const WIDE: i32 = 16;

/**
 * c = activation(c + a b + bias) for one 4x8 tile. The loop compares with an end and has no counter, which is a tenth faster.
 *
 * @param inner - how many products are summed
 * @param a - a packed panel: 4 numbers for each k
 * @param b - a packed panel: 8 numbers for each k
 * @param c - the tile; its rows are `cRow` bytes apart
 * @param accumulates - whether the previous c is added
 * @param bias - 8 numbers, or 0
 * @param negativeSlope - the factor of negative sums: 1 for no activation, 0 for relu
 */
export function multiplyTile(
  inner: i32,
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  accumulates: bool,
  bias: usize,
  negativeSlope: f32,
): void {
  const left = bias == 0 ? f32x4.splat(0) : v128.load(bias);
  const right = bias == 0 ? f32x4.splat(0) : v128.load(bias, 16);
  let l0 = left,
    l1 = left,
    l2 = left,
    l3 = left;
  let r0 = right,
    r1 = right,
    r2 = right,
    r3 = right;
  for (const end = b + ((<usize>inner) << 5); b < end;) {
    const bl = v128.load(b),
      br = v128.load(b, 16);
    let x = v128.load32_splat(a);
    l0 = f32x4.add(l0, f32x4.mul(x, bl));
    r0 = f32x4.add(r0, f32x4.mul(x, br));
    x = v128.load32_splat(a, 4);
    l1 = f32x4.add(l1, f32x4.mul(x, bl));
    r1 = f32x4.add(r1, f32x4.mul(x, br));
    x = v128.load32_splat(a, 8);
    l2 = f32x4.add(l2, f32x4.mul(x, bl));
    r2 = f32x4.add(r2, f32x4.mul(x, br));
    x = v128.load32_splat(a, 12);
    l3 = f32x4.add(l3, f32x4.mul(x, bl));
    r3 = f32x4.add(r3, f32x4.mul(x, br));
    a += 16;
    b += 32;
  }
  const c1 = c + cRow,
    c2 = c1 + cRow,
    c3 = c2 + cRow;
  if (accumulates) {
    l0 = f32x4.add(l0, v128.load(c));
    r0 = f32x4.add(r0, v128.load(c, 16));
    l1 = f32x4.add(l1, v128.load(c1));
    r1 = f32x4.add(r1, v128.load(c1, 16));
    l2 = f32x4.add(l2, v128.load(c2));
    r2 = f32x4.add(r2, v128.load(c2, 16));
    l3 = f32x4.add(l3, v128.load(c3));
    r3 = f32x4.add(r3, v128.load(c3, 16));
  }
  if (negativeSlope != 1) {
    l0 = activate(l0, negativeSlope);
    r0 = activate(r0, negativeSlope);
    l1 = activate(l1, negativeSlope);
    r1 = activate(r1, negativeSlope);
    l2 = activate(l2, negativeSlope);
    r2 = activate(r2, negativeSlope);
    l3 = activate(l3, negativeSlope);
    r3 = activate(r3, negativeSlope);
  }
  v128.store(c, l0);
  v128.store(c, r0, 16);
  v128.store(c1, l1);
  v128.store(c1, r1, 16);
  v128.store(c2, l2);
  v128.store(c2, r2, 16);
  v128.store(c3, l3);
  v128.store(c3, r3, 16);
}

/**
 * relu or leakyRelu, whose slope of negative numbers is given. relu is computed as a maximum, since 0 times minus infinity would be NaN.
 */
// @inline
export function activate(x: v128, negativeSlope: f32): v128 {
  const zero = f32x4.splat(0);
  if (negativeSlope == 0) return f32x4.max(x, zero);
  return v128.bitselect(x, f32x4.mul(x, f32x4.splat(negativeSlope)), f32x4.ge(x, zero));
}
