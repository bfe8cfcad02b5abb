import { BAND_BYTES, Band, bandOfWindows, pixelsOf, readBand, windowBandBytes, windowOf } from './bands';
import { Convolution, paddedRowBytes } from './convolution';
import { addScaled, addTo } from './window-input-gradient';
import { NARROW, ROWS } from './micro-kernel';
import { PRODUCT_BYTES, blockSize, multiplyPanels, packColumns, plainProduct, roundUp } from './panels';

/** Output pixels that are summed at a time. */
const PIXEL_BLOCK: i32 = 384;
/** Numbers of a window whose gradient is computed at a time, in whole rows of the filter. */
const WINDOW_BLOCK: i32 = 256;
/** Output pixels of the small images that are padded at a time. */
const GROUP_PIXELS: i32 = 768;

/** Rows of the filter at a time; all of them where a panel of four numbers extends from one row into the next. */
function rowsAtOnce(conv: Convolution): i32 {
  const line = conv.width.filter * conv.channels;
  return line % ROWS != 0 ? conv.height.filter : max(1, min(conv.height.filter, WINDOW_BLOCK / line));
}

/** Bytes of scratch for {@link filterGradient}. */
export function filterGradientScratch(conv: Convolution, rows: i32, count: i32): i32 {
  const windows = roundUp(rowsAtOnce(conv) * conv.width.filter * conv.channels, ROWS);
  return (
    PRODUCT_BYTES + 4 * PIXEL_BLOCK * (windows + roundUp(count, NARROW)) + windowBandBytes(conv, rows, GROUP_PIXELS)
  );
}

/**
 * dw, summed over some pixels: windows transposed, times dy.
 *
 * @param first - the first of the `rows` rows of outputs, counted over all images
 * @param from - the first of the `count` output channels whose gradient is computed
 */
export function filterGradient(
  conv: Convolution,
  x: usize,
  dy: usize,
  dw: usize,
  first: i32,
  rows: i32,
  from: i32,
  count: i32,
  scratch: usize,
): void {
  dy += (<usize>from) << 2;
  dw += (<usize>from) << 2;
  const line = conv.width.filter * conv.channels;
  const step = rowsAtOnce(conv);
  const cRow = (<usize>conv.outChannels) << 2;
  const windows = scratch + PRODUCT_BYTES;
  const right = windows + <usize>(4 * PIXEL_BLOCK * roundUp(step * line, ROWS));
  const at = right + <usize>(4 * PIXEL_BLOCK * roundUp(count, NARROW));
  const band = bandOfWindows(at, conv, GROUP_PIXELS, at + BAND_BYTES);
  const product = plainProduct(scratch);
  product.columns = count;
  product.a = windows;
  product.b = right;
  product.cRow = cRow;
  for (const end = first + rows; first < end;) {
    const gradient = dy + <usize>first * <usize>conv.width.output * cRow;
    first = readBand(band, conv, x, first, end);
    const pixels = pixelsOf(conv, band);
    const block = blockSize(pixels, PIXEL_BLOCK, 4);
    for (let pixel = 0; pixel < pixels; pixel += block) {
      const inner = min(block, pixels - pixel);
      product.inner = inner;
      packColumns(right, gradient + <usize>pixel * cRow, count, inner, 4, cRow);
      for (let row = 0; row < conv.height.filter; row += step) {
        const thickness = min(step, conv.height.filter - row);
        copyTransposedWindows(conv, band, windows, pixel, inner, row, thickness);
        product.rows = thickness * line;
        product.c = dw + <usize>(row * line) * cRow;
        multiplyPanels(product);
      }
      product.accumulates = true;
    }
  }
}

/**
 * Packs rows of the windows of some pixels into panels of four numbers of the window. Missing numbers of the last panel
 * are left unset: they end up in rows of the product that are not stored.
 */
function copyTransposedWindows(
  conv: Convolution,
  band: Band,
  target: usize,
  pixel: i32,
  pixels: i32,
  row: i32,
  rows: i32,
): void {
  const line = conv.width.filter * conv.channels;
  const bytes = (<usize>line) << 2;
  const paddedRow = paddedRowBytes(conv);
  const source = band.source + <usize>row * paddedRow;
  const panel = (<usize>pixels) << 4;
  for (let i = 0; i < pixels; i++, target += 16) {
    let from = windowOf(conv, band, source, pixel + i);
    let to = target;
    if ((line & 3) == 0) {
      for (let r = 0; r < rows; r++, from += paddedRow)
        for (let at: usize = 0; at < bytes; at += 16, to += panel) v128.store(to, v128.load(from + at));
      continue;
    }
    let lane: usize = 0;
    for (let r = 0; r < rows; r++, from += paddedRow)
      for (let at: usize = 0; at < bytes; at += 4) {
        store<f32>(to + lane, load<f32>(from + at));
        lane = (lane + 4) & 15;
        if (lane == 0) to += panel;
      }
  }
}

/** Bytes of scratch for {@link filterGradientOfFew}. */
export function filterGradientOfFewScratch(conv: Convolution, rows: i32, count: i32): i32 {
  const sums = 4 * conv.height.filter * count * conv.outChannels;
  return sums + windowBandBytes(conv, rows, GROUP_PIXELS);
}

/**
 * The same for few output channels: each window, times a number of dy, is added to the sum.
 *
 * @param first - the first of the `rows` rows of outputs, counted over all images
 * @param from - the first of the `count` numbers of each row of the filter whose gradient is computed
 */
export function filterGradientOfFew(
  conv: Convolution,
  x: usize,
  dy: usize,
  dw: usize,
  first: i32,
  rows: i32,
  from: i32,
  count: i32,
  scratch: usize,
): void {
  const line = (<usize>count) << 2;
  const paddedRow = paddedRowBytes(conv);
  const bytes = <usize>conv.height.filter * line;
  const at = scratch + <usize>conv.outChannels * bytes;
  memory.fill(scratch, 0, <usize>conv.outChannels * bytes);
  const filterHeight = conv.height.filter,
    outChannels = conv.outChannels;
  const band = bandOfWindows(at, conv, GROUP_PIXELS, at + BAND_BYTES);
  const step = (<usize>(conv.width.stride * conv.channels)) << 2;
  dy += (<usize>(first * conv.width.output * outChannels)) << 2;
  for (const end = first + rows; first < end;) {
    first = readBand(band, conv, x, first, end);
    const source = band.source + ((<usize>from) << 2);
    const width = conv.width.output;
    // a row of pixels at a time, whose sums stay in registers
    for (let pixels = pixelsOf(conv, band), pixel = 0; pixel < pixels; pixel += width) {
      const window = windowOf(conv, band, source, pixel);
      let sum = scratch;
      for (let o: usize = 0; o < <usize>outChannels; o++) {
        let inputs = window;
        for (let row = 0; row < filterHeight; row++, inputs += paddedRow, sum += line)
          addRow(sum, line, inputs, step, dy + (o << 2), (<usize>outChannels) << 2, width);
      }
      dy += (<usize>(width * outChannels)) << 2;
    }
  }
  const wholeLine = (<usize>(conv.width.filter * conv.channels * outChannels)) << 2;
  dw += (<usize>(from * outChannels)) << 2;
  for (let row = 0, sum = scratch; row < filterHeight; row++, dw += wholeLine) {
    let to = dw;
    for (const end = sum + line; sum < end; sum += 4)
      for (let o: usize = 0; o < <usize>outChannels; o++, to += 4) store<f32>(to, load<f32>(sum + o * bytes));
  }
}

/** sums += x times a number of dy, for each of `count` pixels; from one to the next, x advances by `xStep` bytes and dy by `dyStep`. */
function addRow(sums: usize, bytes: usize, x: usize, xStep: usize, dy: usize, dyStep: usize, count: i32): void {
  const end = sums + bytes;
  for (; sums + 64 <= end; sums += 64, x += 64) {
    let a = v128.load(sums),
      b = v128.load(sums, 16),
      c = v128.load(sums, 32),
      d = v128.load(sums, 48);
    for (let i = 0, p = x, q = dy; i < count; i++, p += xStep, q += dyStep) {
      const scale = v128.load32_splat(q);
      a = f32x4.add(a, f32x4.mul(v128.load(p), scale));
      b = f32x4.add(b, f32x4.mul(v128.load(p, 16), scale));
      c = f32x4.add(c, f32x4.mul(v128.load(p, 32), scale));
      d = f32x4.add(d, f32x4.mul(v128.load(p, 48), scale));
    }
    v128.store(sums, a);
    v128.store(sums, b, 16);
    v128.store(sums, c, 32);
    v128.store(sums, d, 48);
  }
  if (sums < end)
    for (let i = 0; i < count; i++, x += xStep, dy += dyStep) addScaled(sums, x, load<f32>(dy), end - sums);
}

/** target += source, over n numbers: joins partial sums of a gradient. */
export function addNumbers(target: usize, source: usize, n: i32): void {
  addTo(target, source, (<usize>n) << 2);
}
