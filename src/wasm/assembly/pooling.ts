import { Convolution } from './convolution';

/**
 * y = the largest number in each window and channel, NaN where there is one, for `count` rows of outputs from row `begin`, counted over
 * all images. Padding is left out. x ends at `end`.
 */
export function maxPool(conv: Convolution, x: usize, end: usize, y: usize, begin: i32, count: i32): void {
  const height = conv.height.input,
    width = conv.width.input,
    outHeight = conv.height.output,
    outWidth = conv.width.output,
    filterWidth = conv.width.filter,
    strideWidth = conv.width.stride,
    padLeft = conv.width.before;
  const pixel = (<usize>conv.channels) << 2,
    line = <usize>width * pixel;
  y += <usize>begin * <usize>outWidth * pixel;
  const endOfY = y + <usize>count * <usize>outWidth * pixel;
  // channels are taken four at a time, beyond the last one too: what that writes, the next output writes again
  const room = -pixel & 15;
  for (let index = begin; index < begin + count; index++) {
    const image = index / outHeight;
    const top = (index - image * outHeight) * conv.height.stride - conv.height.before;
    const above = max(0, top),
      rows = min(height, top + conv.height.filter) - above;
    const first = x + <usize>(image * height + above) * line;
    const isWithin = y + <usize>outWidth * pixel + room <= endOfY && first + <usize>rows * line + room <= end;
    const whole = isWithin ? pixel : pixel & ~15;
    for (let outX = 0; outX < outWidth; outX++, y += pixel) {
      const left = outX * strideWidth - padLeft;
      const before = max(0, left),
        columns = min(width, left + filterWidth) - before;
      const window = first + <usize>before * pixel;
      let at: usize = 0;
      for (; at < whole; at += 16) v128.store(y + at, largest4(window + at, rows, columns, pixel, line));
      for (; at < pixel; at += 4) store<f32>(y + at, largest(window + at, rows, columns, pixel, line));
    }
  }
}

/** The largest number of each of four channels. */
// @inline
function largest4(x: usize, rows: i32, columns: i32, pixel: usize, line: usize): v128 {
  let most = f32x4.splat(-Infinity),
    isNaN = f32x4.splat(0);
  // windows of three and two columns are the usual ones: a loop within the loop takes twice as long
  if (columns == 3) {
    for (; rows > 0; rows--, x += line) {
      const a = v128.load(x),
        b = v128.load(x + pixel),
        c = v128.load(x + 2 * pixel);
      most = f32x4.pmax(most, f32x4.pmax(a, f32x4.pmax(b, c)));
      isNaN = v128.or(v128.or(isNaN, f32x4.ne(a, a)), v128.or(f32x4.ne(b, b), f32x4.ne(c, c)));
    }
  } else if (columns == 2) {
    for (; rows > 0; rows--, x += line) {
      const a = v128.load(x),
        b = v128.load(x + pixel);
      most = f32x4.pmax(most, f32x4.pmax(a, b));
      isNaN = v128.or(isNaN, v128.or(f32x4.ne(a, a), f32x4.ne(b, b)));
    }
  } else {
    for (; rows > 0; rows--, x += line) {
      for (let i = 0, p = x; i < columns; i++, p += pixel) {
        const value = v128.load(p);
        most = f32x4.pmax(most, value);
        isNaN = v128.or(isNaN, f32x4.ne(value, value));
      }
    }
  }
  return v128.or(most, isNaN);
}

function largest(x: usize, rows: i32, columns: i32, pixel: usize, line: usize): f32 {
  let most: f32 = -Infinity;
  for (; rows > 0; rows--, x += line) {
    for (let i = 0, p = x; i < columns; i++, p += pixel) {
      const value = load<f32>(p);
      if (value > most || value != value) most = value;
    }
  }
  return most;
}
