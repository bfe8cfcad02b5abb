// @inline
function combine(operation: i32, a: v128, b: v128): v128 {
  return operation == 0 ? f32x4.add(a, b) : f32x4.mul(a, b);
}

// @inline
function run(operation: i32, x: usize, row: usize, y: usize, rows: i32, n: i32): void {
  const size = (<usize>n) << 2,
    whole = size & ~15;
  for (; rows > 0; rows--, x += size, y += size) {
    let i: usize = 0;
    for (; i < whole; i += 16) v128.store(y + i, combine(operation, v128.load(x + i), v128.load(row + i)));
    for (; i < size; i += 4) {
      const value = combine(operation, v128.load32_splat(x + i), v128.load32_splat(row + i));
      store<f32>(y + i, f32x4.extract_lane(value, 0));
    }
  }
}

/**
 * y = x + row or x * row (operation 0 or 1), for matrices that follow each other, each with so many rows of n numbers. From
 * one matrix to the next `row` goes on by so many numbers, n or 0.
 */
export function broadcast(
  operation: i32,
  x: usize,
  row: usize,
  y: usize,
  matrices: i32,
  rows: i32,
  n: i32,
  stride: i32,
): void {
  const size = (<usize>rows * <usize>n) << 2;
  for (; matrices > 0; matrices--, x += size, y += size, row += (<usize>stride) << 2) {
    if (operation == 0) run(0, x, row, y, rows, n);
    else run(1, x, row, y, rows, n);
  }
}
