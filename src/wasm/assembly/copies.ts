/**
 * Copies rows of n numbers of 32 bits each, out of a wider matrix or into one. The strides from one row to the next are
 * counted in numbers.
 */
export function copyRows(from: usize, fromStride: i32, to: usize, toStride: i32, rows: i32, n: i32): void {
  const size = (<usize>n) << 2,
    whole = size & ~15;
  for (; rows > 0; rows--, from += (<usize>fromStride) << 2, to += (<usize>toStride) << 2) {
    let i: usize = 0;
    for (; i < whole; i += 16) v128.store(to + i, v128.load(from + i));
    for (; i < size; i += 4) store<i32>(to + i, load<i32>(from + i));
  }
}
