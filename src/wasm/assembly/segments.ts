/**
 * y[segment] = the sum of the rows of x that have this segment, in order. The rows of x and y have n numbers and begin
 * `stride` numbers apart; rows whose segment is negative or too large are left out.
 */
export function addSegments(x: usize, segments: usize, y: usize, rows: i32, count: i32, stride: i32, n: i32): void {
  const size = (<usize>n) << 2,
    step = (<usize>stride) << 2,
    whole = size & ~15;
  for (let segment = 0; segment < count; segment++) memory.fill(y + <usize>segment * step, 0, size);
  for (const end = segments + ((<usize>rows) << 2); segments < end; segments += 4, x += step) {
    const segment = load<i32>(segments);
    if (<u32>segment >= <u32>count) continue;
    const to = y + <usize>segment * step;
    let i: usize = 0;
    for (; i < whole; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(x + i)));
    for (; i < size; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(x + i));
  }
}
