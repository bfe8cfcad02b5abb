import { Product } from './products';

/**
 * One product of few rows, c = activation(a b + bias): like `multiply` in products.ts, but b, whose rows are contiguous, is
 * read in place. Packing it would take longer than these products.
 */
export function multiplyFewRows(product: Product, bias: usize, negativeSlope: f32): void {
  const rows = product.rows,
    inner = product.inner;
  const a = product.a,
    c = product.c;
  const size = (<usize>product.columns) << 2,
    row = (<usize>product.b.row) << 2,
    next = (<usize>a.column) << 2;
  for (let i = 0; i < rows; i++) {
    const y = c.at + ((<usize>(i * c.row)) << 2);
    if (bias != 0) memory.copy(y, bias, size);
    else memory.fill(y, 0, size);
  }
  // four rows of b at a time, which stay in the first cache for all rows of a
  for (let k = 0, b = product.b.at; k < inner; k += 4, b += row << 2) {
    const depth = min(4, inner - k);
    for (let i = 0; i < rows; i++) {
      const x = a.at + ((<usize>(i * a.row + k * a.column)) << 2);
      const y = c.at + ((<usize>(i * c.row)) << 2);
      if (depth == 4)
        addFour(y, b, size, row, load<f32>(x), load<f32>(x + next), load<f32>(x + 2 * next), load<f32>(x + 3 * next));
      else for (let l = 0; l < depth; l++) addOne(y, b + <usize>l * row, size, load<f32>(x + <usize>l * next));
    }
  }
  if (negativeSlope != 1) for (let i = 0; i < rows; i++) bend(c.at + ((<usize>(i * c.row)) << 2), size, negativeSlope);
}

// @inline
function addFour(y: usize, b: usize, size: usize, row: usize, x0: f32, x1: f32, x2: f32, x3: f32): void {
  const b1 = b + row,
    b2 = b1 + row,
    b3 = b2 + row;
  const v0 = f32x4.splat(x0),
    v1 = f32x4.splat(x1),
    v2 = f32x4.splat(x2),
    v3 = f32x4.splat(x3);
  let j: usize = 0;
  for (; j + 16 <= size; j += 16) {
    const first = f32x4.add(f32x4.mul(v0, v128.load(b + j)), f32x4.mul(v1, v128.load(b1 + j)));
    const second = f32x4.add(f32x4.mul(v2, v128.load(b2 + j)), f32x4.mul(v3, v128.load(b3 + j)));
    v128.store(y + j, f32x4.add(v128.load(y + j), f32x4.add(first, second)));
  }
  for (; j < size; j += 4) {
    const first = x0 * load<f32>(b + j) + x1 * load<f32>(b1 + j);
    const second = x2 * load<f32>(b2 + j) + x3 * load<f32>(b3 + j);
    store<f32>(y + j, load<f32>(y + j) + (first + second));
  }
}

function addOne(y: usize, b: usize, size: usize, x: f32): void {
  for (let j: usize = 0; j < size; j += 4) store<f32>(y + j, load<f32>(y + j) + x * load<f32>(b + j));
}

/** Multiplies negative numbers by the slope of leakyRelu, 0 for relu; NaN stays NaN. */
function bend(y: usize, size: usize, negativeSlope: f32): void {
  for (let j: usize = 0; j < size; j += 4) {
    const value = load<f32>(y + j);
    if (value < 0) store<f32>(y + j, negativeSlope == 0 ? 0 : value * negativeSlope);
  }
}
