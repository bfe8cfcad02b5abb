import { exp4, expm14, gelu4, geluSlope4, log1p4, rsqrt4, sigmoid4, softplus4, tanh4 } from './math';
import { TABLE_BYTES, writeTable } from './table';

/** Bytes of scratch for {@link unary} and {@link unaryGradient}: the constants of math.ts, and the last numbers. */
export function unaryScratch(): i32 {
  return TABLE_BYTES + 64;
}

/** y = f(x) for n numbers; f is exp, expm1, log1p, softplus, tanh, sqrt, 1 / sqrt(x), sigmoid, x sigmoid(x) or gelu, counted from 0. */
export function unary(operation: i32, x: usize, y: usize, n: i32, scratch: usize): void {
  writeTable(scratch);
  const whole = (<usize>(n & ~7)) << 2,
    rest = (<usize>(n & 7)) << 2;
  const last = scratch + TABLE_BYTES;
  memory.copy(last, x + whole, rest);
  run(operation, x, y, x + whole, scratch);
  run(operation, last, last, last + rest, scratch);
  memory.copy(y + whole, last, rest);
}

/** One loop for each function, without a branch inside. V8 joins two vectors of sigmoids to a wider one. */
function run(operation: i32, x: usize, y: usize, end: usize, table: usize): void {
  if (operation == 0) for (; x < end; x += 16, y += 16) v128.store(y, exp4(v128.load(x), table));
  else if (operation == 1) for (; x < end; x += 16, y += 16) v128.store(y, expm14(v128.load(x), table));
  else if (operation == 2) for (; x < end; x += 16, y += 16) v128.store(y, log1p4(v128.load(x), table));
  else if (operation == 3) for (; x < end; x += 16, y += 16) v128.store(y, softplus4(v128.load(x), table));
  else if (operation == 4) for (; x < end; x += 16, y += 16) v128.store(y, tanh4(v128.load(x), table));
  else if (operation == 5) for (; x < end; x += 16, y += 16) v128.store(y, f32x4.sqrt(v128.load(x)));
  else if (operation == 6) for (; x < end; x += 16, y += 16) v128.store(y, rsqrt4(v128.load(x)));
  else if (operation == 9) {
    for (; x < end; x += 32, y += 32) {
      const value = gelu4(v128.load(x), table),
        next = gelu4(v128.load(x, 16), table);
      v128.store(y, value);
      v128.store(y, next, 16);
    }
  } else {
    const one = f32x4.splat(1);
    const isSwish = i32x4.splat(operation == 8 ? -1 : 0);
    for (; x < end; x += 32, y += 32) {
      const value = v128.load(x),
        next = v128.load(x, 16);
      const share = sigmoid4(value, table),
        nextShare = sigmoid4(next, table);
      v128.store(y, f32x4.mul(v128.bitselect(value, one, isSwish), share));
      v128.store(y, f32x4.mul(v128.bitselect(next, one, isSwish), nextShare), 16);
    }
  }
}

/** y = x, limited to low ... high, for n numbers; NaN stays NaN of either sign. */
export function limit(x: usize, y: usize, n: i32, low: f32, high: f32): void {
  const end = x + ((<usize>n) << 2);
  // a limit of 0 has its own sign: -0 + 0 is 0, while -0 + -0 is -0
  const lows = f32x4.splat(low),
    zeros = f32x4.splat(low == 0 ? 0 : -0.0),
    highs = f32x4.splat(high);
  for (; x + 32 <= end; x += 32, y += 32) {
    const first = limit4(v128.load(x), lows, zeros, highs),
      second = limit4(v128.load(x, 16), lows, zeros, highs);
    v128.store(y, first);
    v128.store(y, second, 16);
  }
  for (; x < end; x += 4, y += 4) {
    store<f32>(y, f32x4.extract_lane(limit4(v128.load32_splat(x), lows, zeros, highs), 0));
  }
}

// @inline
function limit4(x: v128, low: v128, zero: v128, high: v128): v128 {
  // in this order pmax and pmin give x where that is NaN; each is one instruction on x86, max and min are seven
  return f32x4.pmin(f32x4.add(f32x4.pmax(x, low), zero), high);
}

/** dx = dy f'(x) for n numbers; f is x sigmoid(x) or gelu, operations 8 and 9 of {@link unary}. */
export function unaryGradient(operation: i32, x: usize, dy: usize, dx: usize, n: i32, scratch: usize): void {
  writeTable(scratch);
  const whole = (<usize>(n & ~7)) << 2,
    rest = (<usize>(n & 7)) << 2;
  const lastX = scratch + TABLE_BYTES,
    lastDy = lastX + 32;
  memory.copy(lastX, x + whole, rest);
  memory.copy(lastDy, dy + whole, rest);
  if (operation == 9) {
    bendGelu(x, dy, dx, x + whole, scratch);
    bendGelu(lastX, lastDy, lastX, lastX + rest, scratch);
  } else {
    bendSwish(x, dy, dx, x + whole, scratch);
    bendSwish(lastX, lastDy, lastX, lastX + rest, scratch);
  }
  memory.copy(dx + whole, lastX, rest);
}

function bendSwish(x: usize, dy: usize, dx: usize, end: usize, table: usize): void {
  for (; x < end; x += 32, dy += 32, dx += 32) {
    const first = swishSlope4(v128.load(x), table),
      second = swishSlope4(v128.load(x, 16), table);
    const low = v128.load(dy),
      high = v128.load(dy, 16);
    v128.store(dx, f32x4.mul(low, first));
    v128.store(dx, f32x4.mul(high, second), 16);
  }
}

function bendGelu(x: usize, dy: usize, dx: usize, end: usize, table: usize): void {
  for (; x < end; x += 32, dy += 32, dx += 32) {
    const first = geluSlope4(v128.load(x), table),
      second = geluSlope4(v128.load(x, 16), table);
    const low = v128.load(dy),
      high = v128.load(dy, 16);
    v128.store(dx, f32x4.mul(low, first));
    v128.store(dx, f32x4.mul(high, second), 16);
  }
}

/** s + x s (1 - s) with s = sigmoid(x) */
// @inline
function swishSlope4(x: v128, table: usize): v128 {
  const share = sigmoid4(x, table);
  return f32x4.add(share, f32x4.mul(f32x4.mul(x, share), f32x4.sub(f32x4.splat(1), share)));
}

/** dx = dy where y > 0, else dy negativeSlope, for n numbers; NaN where y is NaN: the gradient of relu or leakyRelu, from what it gave. */
export function slope(dy: usize, y: usize, dx: usize, n: i32, negativeSlope: f32): void {
  const end = y + ((<usize>(n & ~3)) << 2);
  const zero = f32x4.splat(0),
    one = f32x4.splat(1),
    below = f32x4.splat(negativeSlope);
  for (; y < end; y += 16, dy += 16, dx += 16) {
    const value = v128.load(y);
    const notAbove = v128.bitselect(below, value, f32x4.eq(value, value));
    v128.store(dx, f32x4.mul(v128.load(dy), v128.bitselect(one, notAbove, f32x4.gt(value, zero))));
  }
  const last = end + ((<usize>(n & 3)) << 2);
  for (; y < last; y += 4, dy += 4, dx += 4) {
    const value = load<f32>(y);
    store<f32>(dx, load<f32>(dy) * (value > 0 ? 1 : value == value ? negativeSlope : value));
  }
}
