/** Moments below this become 0: WebAssembly does not flush denormal numbers, which are many times as slow. */
const TINY: f32 = 1e-30;

/**
 * Adam and AdamW over n numbers: newP = p (1 - rate decay) - rate (m / c1) / (sqrt(v / c2) + epsilon). Reads the old moments
 * and writes new ones.
 */
export function adam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  newP: usize,
  newM: usize,
  newV: usize,
  n: i32,
  beta1: f32,
  beta2: f32,
  rate: f32,
  c1: f32,
  c2: f32,
  epsilon: f32,
  decay: f32,
): void {
  const b1 = f32x4.splat(beta1),
    b2 = f32x4.splat(beta2),
    a1 = f32x4.splat(1 - beta1),
    a2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate / c1),
    scale = f32x4.splat(1 / c2),
    eps = f32x4.splat(epsilon);
  const kept = f32x4.splat(1 - rate * decay),
    tiny = f32x4.splat(TINY);
  const end = (<usize>(n & ~3)) << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const gradient = v128.load(g + i);
    let mean = f32x4.add(f32x4.mul(v128.load(m + i), b1), f32x4.mul(gradient, a1));
    let square = f32x4.add(f32x4.mul(v128.load(v + i), b2), f32x4.mul(f32x4.mul(gradient, gradient), a2));
    mean = v128.and(mean, f32x4.ge(f32x4.abs(mean), tiny));
    square = v128.and(square, f32x4.ge(square, tiny));
    v128.store(newM + i, mean);
    v128.store(newV + i, square);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, scale)), eps);
    v128.store(newP + i, f32x4.sub(f32x4.mul(v128.load(p + i), kept), f32x4.div(f32x4.mul(mean, step), root)));
  }
  const all = (<usize>n) << 2;
  for (let i = end; i < all; i += 4) {
    const gradient = load<f32>(g + i);
    let mean = load<f32>(m + i) * beta1 + gradient * (1 - beta1);
    let square = load<f32>(v + i) * beta2 + gradient * gradient * (1 - beta2);
    if (abs(mean) < TINY) mean = 0;
    if (square < TINY) square = 0;
    store<f32>(newM + i, mean);
    store<f32>(newV + i, square);
    const root = sqrt(square * (1 / c2)) + epsilon;
    store<f32>(newP + i, load<f32>(p + i) * (1 - rate * decay) - (mean * (rate / c1)) / root);
  }
}

/** 1 if the squares of n numbers are finite, else 0. */
export function squaresAreFinite(x: usize, n: i32): i32 {
  const largest = f32x4.splat(1.8446744073709552e19); // 2^64
  const end = (<usize>(n & ~3)) << 2;
  let fine = i32x4.splat(-1);
  for (let i: usize = 0; i < end; i += 16) fine = v128.and(fine, f32x4.lt(f32x4.abs(v128.load(x + i)), largest));
  let all = i32x4.all_true(fine);
  const last = (<usize>n) << 2;
  for (let i = end; i < last; i += 4) if (!(abs(load<f32>(x + i)) < 1.8446744073709552e19)) all = false;
  return all ? 1 : 0;
}
