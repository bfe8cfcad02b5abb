import { sumOf4 } from './math';

/** dx = y (dy - sum dy y) in each row of n numbers. */
export function softmaxGradient(y: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  const whole = (<usize>n & ~3) << 2,
    all = (<usize>n) << 2;
  for (; rows > 0; rows--, y += all, dy += all, dx += all) {
    let sum4 = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) sum4 = f32x4.add(sum4, f32x4.mul(v128.load(y + i), v128.load(dy + i)));
    let sum = sumOf4(sum4);
    for (let i = whole; i < all; i += 4) sum += <f64>(load<f32>(y + i) * load<f32>(dy + i));
    const common = <f32>sum,
      common4 = f32x4.splat(common);
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(dx + i, f32x4.mul(v128.load(y + i), f32x4.sub(v128.load(dy + i), common4)));
    }
    for (let i = whole; i < all; i += 4) store<f32>(dx + i, load<f32>(y + i) * (load<f32>(dy + i) - common));
  }
}
