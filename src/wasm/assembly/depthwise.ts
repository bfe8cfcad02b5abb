// Gradients of depthwise convolutions with one filter for each channel: channels are adjacent in memory.
import { Convolution } from './convolution';

/**
 * The gradient with respect to the input, for `count` rows of its images from row `begin`, counted over all images. Each pixel
 * gathers from the taps that met it, so that its sums stay in registers.
 */
export function depthwiseInputGradient(
  conv: Convolution,
  dy: usize,
  filter: usize,
  dx: usize,
  begin: i32,
  count: i32,
): void {
  const pixel = (<usize>conv.channels) << 2;
  const outRow = pixel * <usize>conv.width.output;
  const filterRow = pixel * <usize>conv.width.filter;
  const stride = conv.width.stride;
  dx += <usize>begin * <usize>conv.width.input * pixel;
  for (let index = begin; index < begin + count; index++) {
    const image = index / conv.height.input;
    const y = index - image * conv.height.input + conv.height.before;
    // the last output row that reaches this one, and the tap by which it does; then the rows above it, by later taps
    const outY = min(y / conv.height.stride, conv.height.output - 1);
    const i = y - outY * conv.height.stride;
    const rows = min((conv.height.filter - i + conv.height.stride - 1) / conv.height.stride, outY + 1);
    const gradients = dy + <usize>(image * conv.height.output + outY) * outRow;
    const taps = filter + <usize>i * filterRow;
    for (let x = conv.width.before; x < conv.width.before + conv.width.input; x++, dx += pixel) {
      const outX = min(divide(x, stride), conv.width.output - 1);
      const j = x - outX * stride;
      const columns = min(divide(conv.width.filter - j + stride - 1, stride), outX + 1);
      sumOfTaps(
        dx,
        gradients + <usize>outX * pixel,
        taps + <usize>j * pixel,
        rows,
        columns,
        pixel,
        outRow,
        pixel * <usize>stride,
        filterRow * <usize>conv.height.stride,
      );
    }
  }
}

/** Avoids a division for each pixel, which costs too much, for the most common stride. */
// @inline
function divide(x: i32, stride: i32): i32 {
  return stride == 1 ? x : x / stride;
}

/** dx = the sum of dy w over rows and columns of taps: w advances by a stride where dy goes back by one pixel. */
// @inline
function sumOfTaps(
  dx: usize,
  dy: usize,
  w: usize,
  rows: i32,
  columns: i32,
  pixel: usize,
  dyRow: usize,
  wColumn: usize,
  wRow: usize,
): void {
  let at: usize = 0;
  for (; at + 64 <= pixel; at += 64) {
    let a = f32x4.splat(0),
      b = a,
      c = a,
      d = a;
    for (let i = 0; i < rows; i++) {
      let p = dy + at - <usize>i * dyRow,
        q = w + at + <usize>i * wRow;
      for (let j = 0; j < columns; j++, p -= pixel, q += wColumn) {
        a = f32x4.add(a, f32x4.mul(v128.load(p), v128.load(q)));
        b = f32x4.add(b, f32x4.mul(v128.load(p, 16), v128.load(q, 16)));
        c = f32x4.add(c, f32x4.mul(v128.load(p, 32), v128.load(q, 32)));
        d = f32x4.add(d, f32x4.mul(v128.load(p, 48), v128.load(q, 48)));
      }
    }
    v128.store(dx + at, a);
    v128.store(dx + at, b, 16);
    v128.store(dx + at, c, 32);
    v128.store(dx + at, d, 48);
  }
  if (pixel >= 16) {
    for (; at < pixel; at += 32) {
      // Some of the last four channels may be computed twice, with the same result.
      const first = min(at, pixel - 16),
        second = min(at + 16, pixel - 16) - first;
      let a = f32x4.splat(0),
        b = a;
      for (let i = 0; i < rows; i++) {
        let p = dy + first - <usize>i * dyRow,
          q = w + first + <usize>i * wRow;
        for (let j = 0; j < columns; j++, p -= pixel, q += wColumn) {
          a = f32x4.add(a, f32x4.mul(v128.load(p), v128.load(q)));
          b = f32x4.add(b, f32x4.mul(v128.load(p + second), v128.load(q + second)));
        }
      }
      v128.store(dx + first, a);
      v128.store(dx + first + second, b);
    }
    return;
  }
  for (; at < pixel; at += 4) {
    let a: f32 = 0;
    for (let i = 0; i < rows; i++) {
      let p = dy + at - <usize>i * dyRow,
        q = w + at + <usize>i * wRow;
      for (let j = 0; j < columns; j++, p -= pixel, q += wColumn) a += load<f32>(p) * load<f32>(q);
    }
    store<f32>(dx + at, a);
  }
}

/**
 * The gradient with respect to the filter, from `count` rows of the output from row `begin`, counted over all images: one row
 * at a time, which stays in the cache for all taps.
 */
export function depthwiseFilterGradient(
  conv: Convolution,
  x: usize,
  dy: usize,
  dw: usize,
  begin: i32,
  count: i32,
): void {
  const pixel = (<usize>conv.channels) << 2;
  const row = pixel * <usize>conv.width.input;
  const stride = conv.width.stride;
  memory.fill(dw, 0, pixel * <usize>(conv.width.filter * conv.height.filter));
  dy += <usize>begin * <usize>conv.width.output * pixel;
  for (let index = begin; index < begin + count; index++, dy += <usize>conv.width.output * pixel) {
    const image = index / conv.height.output;
    const top = (index - image * conv.height.output) * conv.height.stride - conv.height.before;
    const above = max(0, -top),
      below = min(conv.height.filter, conv.height.input - top);
    for (let i = above; i < below; i++) {
      const pixels = x + <usize>(image * conv.height.input + top + i) * row;
      for (let j = 0; j < conv.width.filter; j++) {
        // output columns whose tap j lies inside the image
        const shift = j - conv.width.before;
        const first = shift < 0 ? (stride - 1 - shift) / stride : 0;
        const inside = conv.width.input - shift;
        const end = inside > 0 ? min(conv.width.output, (inside + stride - 1) / stride) : 0;
        addProducts(
          dw + <usize>(i * conv.width.filter + j) * pixel,
          pixels + <usize>(first * stride + shift) * pixel,
          dy + <usize>first * pixel,
          end - first,
          pixel,
          pixel * <usize>stride,
        );
      }
    }
  }
}

/** dw += the sum of x dy over pixels; from one to the next, x advances by a stride. */
// @inline
function addProducts(dw: usize, x: usize, dy: usize, pixels: i32, pixel: usize, stride: usize): void {
  let at: usize = 0;
  for (; at + 64 <= pixel; at += 64) {
    let a = v128.load(dw + at),
      b = v128.load(dw + at, 16),
      c = v128.load(dw + at, 32),
      d = v128.load(dw + at, 48);
    let p = x + at,
      q = dy + at;
    for (let i = 0; i < pixels; i++, p += stride, q += pixel) {
      a = f32x4.add(a, f32x4.mul(v128.load(p), v128.load(q)));
      b = f32x4.add(b, f32x4.mul(v128.load(p, 16), v128.load(q, 16)));
      c = f32x4.add(c, f32x4.mul(v128.load(p, 32), v128.load(q, 32)));
      d = f32x4.add(d, f32x4.mul(v128.load(p, 48), v128.load(q, 48)));
    }
    v128.store(dw + at, a);
    v128.store(dw + at, b, 16);
    v128.store(dw + at, c, 32);
    v128.store(dw + at, d, 48);
  }
  for (; at + 16 <= pixel; at += 16) {
    let a = v128.load(dw + at);
    let p = x + at,
      q = dy + at;
    for (let i = 0; i < pixels; i++, p += stride, q += pixel) {
      a = f32x4.add(a, f32x4.mul(v128.load(p), v128.load(q)));
    }
    v128.store(dw + at, a);
  }
  for (; at < pixel; at += 4) {
    let a = load<f32>(dw + at);
    let p = x + at,
      q = dy + at;
    for (let i = 0; i < pixels; i++, p += stride, q += pixel) a += load<f32>(p) * load<f32>(q);
    store<f32>(dw + at, a);
  }
}
