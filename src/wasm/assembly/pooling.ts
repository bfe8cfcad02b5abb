import { Convolution } from './convolution';

/**
 * y = the largest number in each window and channel, NaN where there is one, for `count` rows of outputs from row `begin`, counted over
 * all images. Padding is left out.
 */
export function maxPool(conv: Convolution, x: usize, y: usize, begin: i32, count: i32): void {
  const pixel = (<usize>conv.channels) << 2;
  const row = <usize>conv.width * pixel;
  y += <usize>begin * <usize>conv.outWidth * pixel;
  for (let index = begin; index < begin + count; index++) {
    const image = index / conv.outHeight;
    const top = (index - image * conv.outHeight) * conv.strideHeight - conv.top;
    const above = max(0, top),
      rows = min(conv.height, top + conv.filterHeight) - above;
    const first = x + <usize>(image * conv.height + above) * row;
    for (let outX = 0; outX < conv.outWidth; outX++, y += pixel) {
      const left = outX * conv.strideWidth - conv.left;
      const before = max(0, left),
        columns = min(conv.width, left + conv.filterWidth) - before;
      largest(first + <usize>before * pixel, y, rows, columns, pixel, row);
    }
  }
}

/** y = the largest of each channel, in a window of `rows` and `columns` pixels. */
// @inline
function largest(x: usize, y: usize, rows: i32, columns: i32, pixel: usize, row: usize): void {
  const width = <usize>columns * pixel;
  let at: usize = 0;
  for (; at + 16 <= pixel; at += 16) v128.store(y + at, largest4<v128>(x + at, rows, width, pixel, row));
  for (; at < pixel; at += 4) {
    store<f32>(y + at, f32x4.extract_lane(largest4<f32>(x + at, rows, width, pixel, row), 0));
  }
}

/** The same for four channels, or for one in the first lane. */
// @inline
function largest4<Channels>(x: usize, rows: i32, width: usize, pixel: usize, row: usize): v128 {
  let most = f32x4.splat(-Infinity),
    isNaN = f32x4.splat(0);
  for (let i = 0; i < rows; i++, x += row) {
    for (let p = x, end = x + width; p < end; p += pixel) {
      const value = sizeof<Channels>() == 16 ? v128.load(p) : v128.load32_splat(p);
      most = f32x4.pmax(most, value);
      isNaN = v128.or(isNaN, f32x4.ne(value, value));
    }
  }
  return v128.or(most, isNaN);
}
