/**
 * A product of few rows, c = activation(a b + bias): like `multiply` in products.ts, but b, whose rows are contiguous, is
 * read in place. Packing it would take longer than these products.
 */
export function multiplyFewRows(
  rows: i32,
  columns: i32,
  inner: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  c: usize,
  cRow: i32,
  bias: usize,
  slope: f32,
): void {
  const size = (<usize>columns) << 2,
    row = (<usize>bRow) << 2,
    next = (<usize>aColumn) << 2;
  for (let i = 0; i < rows; i++) {
    const y = c + ((<usize>(i * cRow)) << 2);
    if (bias != 0) memory.copy(y, bias, size);
    else memory.fill(y, 0, size);
  }
  // four rows of b at a time, which stay in the first cache for all rows of a
  for (let k = 0; k < inner; k += 4, b += row << 2) {
    const depth = min(4, inner - k);
    for (let i = 0; i < rows; i++) {
      const x = a + ((<usize>(i * aRow + k * aColumn)) << 2);
      const y = c + ((<usize>(i * cRow)) << 2);
      if (depth == 4)
        addFour(y, b, size, row, load<f32>(x), load<f32>(x + next), load<f32>(x + 2 * next), load<f32>(x + 3 * next));
      else for (let l = 0; l < depth; l++) addOne(y, b + <usize>l * row, size, load<f32>(x + <usize>l * next));
    }
  }
  if (slope != 1) for (let i = 0; i < rows; i++) bend(c + ((<usize>(i * cRow)) << 2), size, slope);
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
function bend(y: usize, size: usize, slope: f32): void {
  for (let j: usize = 0; j < size; j += 4) {
    const value = load<f32>(y + j);
    if (value < 0) store<f32>(y + j, slope == 0 ? 0 : value * slope);
  }
}
