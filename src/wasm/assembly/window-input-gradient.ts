import {
  Convolution,
  cropImages,
  groupBytes,
  groupSize,
  imageBytes,
  isPadded,
  outputBytes,
  paddedBytes,
  windowOf,
} from './convolution';
import { NARROW, ROWS } from './micro-kernel';
import { PRODUCT_BYTES, blockSize, multiplyRows, packColumns, plainProduct, roundUp } from './panels';

/** Output pixels that are multiplied at a time. */
const PIXEL_BLOCK: i32 = 96;
/** Output pixels of the images whose gradient is summed at a time. */
const GROUP_PIXELS: i32 = 384;

function windowSize(conv: Convolution): i32 {
  return conv.height.filter * conv.width.filter * conv.channels;
}

/** Bytes of a filter as the panels of {@link inputGradient}. */
export function transposedPanelBytes(conv: Convolution): i32 {
  return 4 * conv.outChannels * roundUp(windowSize(conv), NARROW);
}

/** Packs a filter for {@link inputGradient}, transposed. */
export function packTransposedFilter(conv: Convolution, filter: usize, packed: usize): void {
  packColumns(packed, filter, windowSize(conv), conv.outChannels, (<usize>conv.outChannels) << 2, 4);
}

/** Bytes of scratch for {@link inputGradient}. */
export function inputGradientScratch(conv: Convolution, images: i32): i32 {
  const block = 4 * PIXEL_BLOCK * (conv.outChannels + windowSize(conv));
  return PRODUCT_BYTES + block + groupBytes(conv, images, GROUP_PIXELS);
}

/** dx: each output pixel's contribution, a product with the transposed filter, is added to the pixel's window. */
export function inputGradient(
  conv: Convolution,
  dy: usize,
  packed: usize,
  dx: usize,
  images: i32,
  scratch: usize,
): void {
  const line = (<usize>(conv.width.filter * conv.channels)) << 2;
  const size = windowSize(conv);
  const paddedRow = (<usize>(conv.width.padded * conv.channels)) << 2;
  const left = scratch + PRODUCT_BYTES;
  const windows = left + <usize>(4 * PIXEL_BLOCK * conv.outChannels);
  const padded = windows + <usize>(4 * PIXEL_BLOCK * size);
  const group = groupSize(conv, images, GROUP_PIXELS);
  const product = plainProduct(scratch);
  product.columns = size;
  product.inner = conv.outChannels;
  product.aRow = (<usize>conv.outChannels) << 2;
  product.b = packed;
  product.c = windows;
  product.cRow = (<usize>size) << 2;
  for (let image = 0; image < images; image += group) {
    const count = min(group, images - image);
    const result = dx + <usize>image * imageBytes(conv);
    const target = isPadded(conv) ? padded : result;
    memory.fill(target, 0, <usize>count * paddedBytes(conv));
    const pixels = count * conv.height.output * conv.width.output;
    const block = blockSize(pixels, PIXEL_BLOCK, ROWS);
    for (let pixel = 0; pixel < pixels; pixel += block) {
      const rows = min(block, pixels - pixel);
      product.rows = rows;
      product.a = dy + <usize>image * outputBytes(conv) + <usize>pixel * product.aRow;
      multiplyRows(product, left);
      let from = windows;
      for (let i = 0; i < rows; i++) {
        let to = windowOf(conv, target, pixel + i);
        for (let row = 0; row < conv.height.filter; row++, to += paddedRow, from += line) addTo(to, from, line);
      }
    }
    if (isPadded(conv)) cropImages(result, padded, count, conv);
  }
}

/** target += source */
// @inline
export function addTo(target: usize, source: usize, bytes: usize): void {
  let at: usize = 0;
  for (const whole = bytes & ~15; at < whole; at += 16)
    v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
  for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at));
}

/** Bytes of scratch for {@link inputGradientOfFew}. */
export function inputGradientOfFewScratch(conv: Convolution, images: i32): i32 {
  return groupBytes(conv, images, GROUP_PIXELS);
}

/**
 * The same for few output channels, whose products are so short that they are added to the window directly.
 *
 * @param packed - the filter, transposed to `[outChannels, height, width, channels]`
 */
export function inputGradientOfFew(
  conv: Convolution,
  dy: usize,
  packed: usize,
  dx: usize,
  images: i32,
  scratch: usize,
): void {
  const line = (<usize>(conv.width.filter * conv.channels)) << 2;
  const paddedRow = (<usize>(conv.width.padded * conv.channels)) << 2;
  const filterHeight = conv.height.filter,
    outChannels = conv.outChannels;
  const group = groupSize(conv, images, GROUP_PIXELS);
  for (let image = 0; image < images; image += group) {
    const count = min(group, images - image);
    const result = dx + <usize>image * imageBytes(conv);
    const target = isPadded(conv) ? scratch : result;
    memory.fill(target, 0, <usize>count * paddedBytes(conv));
    const pixels = count * conv.height.output * conv.width.output;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const window = windowOf(conv, target, pixel);
      let weights = packed;
      for (let o = 0; o < outChannels; o++, dy += 4) {
        let to = window;
        for (let row = 0; row < filterHeight; row++, to += paddedRow, weights += line)
          addScaled(to, weights, load<f32>(dy), line);
      }
    }
    if (isPadded(conv)) cropImages(result, scratch, count, conv);
  }
}

/** target += scale source */
// @inline
export function addScaled(target: usize, source: usize, scale: f32, bytes: usize): void {
  const factor = f32x4.splat(scale);
  let at: usize = 0;
  for (const whole = bytes & ~15; at < whole; at += 16)
    v128.store(target + at, f32x4.add(v128.load(target + at), f32x4.mul(v128.load(source + at), factor)));
  for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at) * scale);
}
