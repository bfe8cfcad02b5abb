// @inline
function combine(operation: i32, a: v128, b: v128): v128 {
  if (operation == 0) return f32x4.add(a, b);
  if (operation == 1) return f32x4.mul(a, b);
  // where a is NaN, pmax and pmin give it; where b is, all bits are set, which is NaN
  return v128.or(operation == 2 ? f32x4.pmax(a, b) : f32x4.pmin(a, b), f32x4.ne(b, b));
}

// @inline
function runWide(operation: i32, x: usize, row: usize, y: usize, rows: i32, n: i32): void {
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

/** The same for rows of one to three numbers: twelve numbers are a whole number of rows of each. */
// @inline
function runNarrow(operation: i32, x: usize, row: usize, y: usize, rows: i32, n: i32): void {
  const second = row + ((<usize>(1 % n)) << 2),
    third = row + ((<usize>(2 % n)) << 2);
  const lanes = f32x4(load<f32>(row), load<f32>(second), load<f32>(third), load<f32>(row));
  // lanes holds row[i % n] for i = 0, 1, 2, then for 3 if n is 1 or 3
  const a = n == 2 ? f32x4.replace_lane(lanes, 3, load<f32>(second)) : lanes;
  const b = n == 3 ? v128.shuffle<f32>(a, a, 1, 2, 0, 1) : a,
    c = n == 3 ? v128.shuffle<f32>(a, a, 2, 0, 1, 2) : a;
  const end = x + ((<usize>(rows * n)) << 2);
  for (; x + 48 <= end; x += 48, y += 48) {
    v128.store(y, combine(operation, v128.load(x), a));
    v128.store(y, combine(operation, v128.load(x, 16), b), 16);
    v128.store(y, combine(operation, v128.load(x, 32), c), 32);
  }
  run(operation, x, row, y, <i32>((end - x) >> 2) / n, n);
}

// one loop for the usual operations, without a branch inside

function run(operation: i32, x: usize, row: usize, y: usize, rows: i32, n: i32): void {
  if (operation == 0) runWide(0, x, row, y, rows, n);
  else if (operation == 1) runWide(1, x, row, y, rows, n);
  else runWide(operation, x, row, y, rows, n);
}

function runOfFew(operation: i32, x: usize, row: usize, y: usize, rows: i32, n: i32): void {
  if (operation == 0) runNarrow(0, x, row, y, rows, n);
  else if (operation == 1) runNarrow(1, x, row, y, rows, n);
  else runNarrow(operation, x, row, y, rows, n);
}

/**
 * y = x + row, x * row, or the larger or smaller of both (operations 0 to 3), for contiguous matrices, each with `rows` rows of n
 * numbers. From one matrix to the next, `row` advances by `stride` numbers, n or 0.
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
    if (n < 4) runOfFew(operation, x, row, y, rows, n);
    else run(operation, x, row, y, rows, n);
  }
}
