import { sumOf4 } from './math';

/** How many rows, or groups of four, are summed in float32 before they are added to the rest: it bounds the rounding error. */
const BLOCK: usize = 128;

/** Rows below this length are summed number by number, four rows at once. */
const SHORT: i32 = 16;

/** y[row] = factor * the sum over the n numbers of the row, for each row. */
export function rowSums(x: usize, y: usize, rows: i32, n: i32, factor: f32): void {
  if (n < SHORT) shortRowSums(x, y, rows, n, factor);
  else longRowSums(x, y, rows, n, factor);
}

function shortRowSums(x: usize, y: usize, rows: i32, n: i32, factor: f32): void {
  const row = (<usize>n) << 2;
  for (; rows >= 4; rows -= 4, y += 16) {
    let a: f32 = 0,
      b: f32 = 0,
      c: f32 = 0,
      d: f32 = 0;
    for (const end = x + row; x < end; x += 4) {
      a += load<f32>(x);
      b += load<f32>(x + row);
      c += load<f32>(x + 2 * row);
      d += load<f32>(x + 3 * row);
    }
    x += 3 * row;
    store<f32>(y, a * factor);
    store<f32>(y, b * factor, 4);
    store<f32>(y, c * factor, 8);
    store<f32>(y, d * factor, 12);
  }
  for (; rows > 0; rows--, y += 4) {
    let a: f32 = 0;
    for (const end = x + row; x < end; x += 4) a += load<f32>(x);
    store<f32>(y, a * factor);
  }
}

function longRowSums(x: usize, y: usize, rows: i32, n: i32, factor: f32): void {
  for (let i = 0; i < rows; i++, y += 4) {
    let sum: f64 = 0;
    const end = x + ((<usize>n & ~3) << 2);
    while (x < end) {
      const stop = min(end, x + BLOCK * 64);
      let a = f32x4.splat(0),
        b = a,
        c = a,
        d = a;
      for (; x + 64 <= stop; x += 64) {
        a = f32x4.add(a, v128.load(x));
        b = f32x4.add(b, v128.load(x, 16));
        c = f32x4.add(c, v128.load(x, 32));
        d = f32x4.add(d, v128.load(x, 48));
      }
      for (; x < stop; x += 16) a = f32x4.add(a, v128.load(x));
      sum += sumOf4(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
    }
    const last = end + ((<usize>n & 3) << 2);
    for (; x < last; x += 4) sum += <f64>load<f32>(x);
    store<f32>(y, <f32>(sum * <f64>factor));
  }
}

/** y[column] = the sum over the rows of a `[rows, columns]` matrix. */
export function columnSums(x: usize, y: usize, rows: i32, columns: i32): void {
  memory.fill(y, 0, (<usize>columns) << 2);
  const row = (<usize>columns) << 2;
  for (; rows > 0; rows -= <i32>BLOCK, x += BLOCK * row) {
    const count = min(rows, <i32>BLOCK);
    let at: usize = 0;
    for (; at + 64 <= row; at += 64) {
      let a = f32x4.splat(0),
        b = a,
        c = a,
        d = a;
      let p = x + at;
      for (let i = 0; i < count; i++, p += row) {
        a = f32x4.add(a, v128.load(p));
        b = f32x4.add(b, v128.load(p, 16));
        c = f32x4.add(c, v128.load(p, 32));
        d = f32x4.add(d, v128.load(p, 48));
      }
      const q = y + at;
      v128.store(q, f32x4.add(v128.load(q), a));
      v128.store(q, f32x4.add(v128.load(q, 16), b), 16);
      v128.store(q, f32x4.add(v128.load(q, 32), c), 32);
      v128.store(q, f32x4.add(v128.load(q, 48), d), 48);
    }
    for (; at + 16 <= row; at += 16) {
      let a = f32x4.splat(0);
      let p = x + at;
      for (let i = 0; i < count; i++, p += row) a = f32x4.add(a, v128.load(p));
      v128.store(y + at, f32x4.add(v128.load(y + at), a));
    }
    for (; at < row; at += 4) {
      let a: f32 = 0;
      let p = x + at;
      for (let i = 0; i < count; i++, p += row) a += load<f32>(p);
      store<f32>(y + at, load<f32>(y + at) + a);
    }
  }
}

/** y = factor * the sum of rows of n numbers, in order; y may be the first row. */
export function addRows(x: usize, y: usize, rows: i32, n: i32, factor: f32): void {
  const size = (<usize>n) << 2;
  for (let at: usize = 0; at < size; at += 4) {
    let sum: f32 = 0;
    let p = x + at;
    for (let i = 0; i < rows; i++, p += size) sum += load<f32>(p);
    store<f32>(y + at, sum * factor);
  }
}

/** The column sums of contiguous matrices, times a factor. */
export function columnSumsOfEach(x: usize, y: usize, matrices: i32, rows: i32, columns: i32, factor: f32): void {
  const row = (<usize>columns) << 2,
    size = row * <usize>rows;
  for (; matrices > 0; matrices--, x += size, y += row) {
    columnSums(x, y, rows, columns);
    if (factor != 1) addRows(y, y, 1, columns, factor);
  }
}
