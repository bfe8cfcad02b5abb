import {
  Convolution,
  groupBytes,
  groupSize,
  imageBytes,
  isPadded,
  outputBytes,
  paddedBytes,
  padImages,
} from './images';
import { activate, COLUMNS, ROWS } from './micro-kernel';
import { pack, transpose } from './pack';
import { TILE_BYTES, blockSize, multiplyPanels } from './panels';
import { SQUARE_BYTES, filterSquare, inputSquare, outputSquare } from './winograd-transforms';

/** Tiles of 4x4 output pixels that are transformed at a time. */
const TILE_BLOCK: i32 = 32;
/** Output pixels of the images that are padded at a time. */
export const GROUP_PIXELS: i32 = 1024;
/** Added to the distance of two planes, which would be a multiple of 4 kB and meet in one set of the cache. */
export const PLANE_GAP: usize = 320;
/** The planes of a transformed image: one for each product. */
export const PLANES: usize = 36;

/** Bytes of scratch and panels. */
export function winogradPanelBytes(conv: Convolution): i32 {
  return <i32>(PLANES * panelPlaneBytes(conv));
}
export function winogradScratch(conv: Convolution, images: i32): i32 {
  const planes = 2 * PLANE_GAP + planeBytes(TILE_BLOCK, conv.channels + conv.outChannels);
  const panel = planeBytes(TILE_BLOCK, conv.channels);
  return TILE_BYTES + <i32>(2 * SQUARE_BYTES + panel + PLANES * planes) + groupBytes(conv, images, GROUP_PIXELS);
}

function panelPlaneBytes(conv: Convolution): usize {
  return planeBytes(conv.channels, conv.outChannels) + PLANE_GAP;
}

export function planeBytes(rows: i32, columns: i32): usize {
  return (<usize>(rows * columns)) << 2;
}

/** Bytes of scratch for {@link packWinogradFilter}. */
export function packWinogradScratch(): i32 {
  return <i32>SQUARE_BYTES + 4 * TAPS_BYTES;
}

/** Bytes of the 3x3 vectors of a filter. */
const TAPS_BYTES: i32 = 144;

/**
 * Transforms a 3x3 filter and packs it for {@link winograd}, plane by plane.
 *
 * @param isBackward - whether it is for the input's gradient: the filter of the forward pass, which is
 *   `[3, 3, outChannels, channels]` as seen from here, is turned around and transposed
 * @param first - of the channels to be packed, which are `count`, a multiple of 4
 */
export function packWinogradFilter(
  conv: Convolution,
  filter: usize,
  panels: usize,
  isBackward: bool,
  first: i32,
  count: i32,
  scratch: usize,
): void {
  const channels = conv.channels,
    outChannels = conv.outChannels;
  const plane = planeBytes(channels, outChannels);
  const panelPlane = panelPlaneBytes(conv);
  const taps = scratch + SQUARE_BYTES;
  for (let k = first; k < first + count; k += 4)
    for (let j = 0; j < outChannels; j += 4) {
      // the taps of four channels k; in each vector four output channels j
      if (isBackward) {
        const row = (<usize>channels) << 2;
        let source = filter + 8 * plane + ((<usize>(j * channels + k)) << 2);
        for (let tap: usize = 0; tap < 9; tap++, source -= plane)
          transpose(taps + 16 * tap, TAPS_BYTES, source, source + row, source + 2 * row, source + 3 * row);
      } else {
        const row = (<usize>outChannels) << 2;
        const source = filter + ((<usize>(k * outChannels + j)) << 2);
        for (let i: usize = 0; i < 4; i++)
          for (let tap: usize = 0; tap < 9; tap++)
            v128.store(taps + i * TAPS_BYTES + 16 * tap, v128.load(source + i * row + tap * plane));
      }
      for (let i = 0; i < 4; i++) {
        const panel = (j / COLUMNS) * channels + k + i;
        filterSquare(
          taps + <usize>(i * TAPS_BYTES),
          panels + ((<usize>(panel * COLUMNS + (j & 4))) << 2),
          panelPlane,
          scratch,
        );
      }
    }
}

/** y = activation(x * filter + bias) for 3x3 filters, stride 1, and channels in multiples of 8. */
export function winograd(
  conv: Convolution,
  x: usize,
  panels: usize,
  y: usize,
  images: i32,
  bias: usize,
  slope: f32,
  scratch: usize,
): void {
  const channels = conv.channels,
    outChannels = conv.outChannels;
  const square = scratch + TILE_BYTES,
    tile = square + SQUARE_BYTES;
  const left = tile + SQUARE_BYTES;
  const input = left + planeBytes(TILE_BLOCK, channels);
  const inputPlane = planeBytes(TILE_BLOCK, channels) + PLANE_GAP;
  const output = input + PLANES * inputPlane;
  const outputPlane = planeBytes(TILE_BLOCK, outChannels) + PLANE_GAP;
  const padded = output + PLANES * outputPlane;
  const panelPlane = panelPlaneBytes(conv);
  const pixel = (<usize>channels) << 2,
    outPixel = (<usize>outChannels) << 2;
  const row = <usize>conv.paddedWidth * pixel,
    outRow = <usize>conv.outWidth * outPixel;
  const tilesDown = (conv.outHeight + 3) / 4,
    tilesAcross = (conv.outWidth + 3) / 4;
  const tilesOfImage = tilesDown * tilesAcross;
  const group = groupSize(conv, images, GROUP_PIXELS);
  for (let image = 0; image < images; image += group) {
    const count = min(group, images - image);
    let origin = x + <usize>image * imageBytes(conv);
    if (isPadded(conv)) {
      padImages(padded, origin, count, conv);
      origin = padded;
    }
    const result = y + <usize>image * outputBytes(conv);
    const tiles = count * tilesOfImage;
    const block = blockSize(tiles, TILE_BLOCK, ROWS);
    for (let first = 0; first < tiles; first += block) {
      const rows = min(block, tiles - first);
      for (let t = 0; t < rows; t++) {
        const at = (first + t) / tilesOfImage,
          inImage = first + t - at * tilesOfImage;
        const down = inImage / tilesAcross,
          across = inImage - down * tilesAcross;
        const source = origin + <usize>at * paddedBytes(conv) + <usize>(4 * down) * row + <usize>(4 * across) * pixel;
        const target = input + <usize>t * pixel;
        for (let c: usize = 0; c < pixel; c += 16) inputSquare(source + c, row, pixel, target + c, inputPlane, square);
      }
      for (let plane: usize = 0; plane < PLANES; plane++) {
        pack(left, input + plane * inputPlane, rows, channels, pixel, 4, ROWS);
        const right = panels + plane * panelPlane;
        multiplyPanels(
          rows,
          outChannels,
          channels,
          left,
          right,
          output + plane * outputPlane,
          outPixel,
          false,
          0,
          1,
          scratch,
        );
      }
      for (let t = 0; t < rows; t++) {
        const at = (first + t) / tilesOfImage,
          inImage = first + t - at * tilesOfImage;
        const down = inImage / tilesAcross,
          across = inImage - down * tilesAcross;
        const target =
          result + <usize>at * outputBytes(conv) + <usize>(4 * down) * outRow + <usize>(4 * across) * outPixel;
        const height = min(4, conv.outHeight - 4 * down),
          width = min(4, conv.outWidth - 4 * across);
        for (let c: usize = 0; c < outPixel; c += 16) {
          outputSquare(output + <usize>t * outPixel + c, outputPlane, tile, square);
          storeTile(tile, target + c, outRow, outPixel, height, width, bias == 0 ? 0 : bias + c, slope);
        }
      }
    }
  }
}

/** Stores that part of a tile which is inside the image. */
function storeTile(
  tile: usize,
  target: usize,
  row: usize,
  pixel: usize,
  height: i32,
  width: i32,
  bias: usize,
  slope: f32,
): void {
  const biases = bias == 0 ? f32x4.splat(0) : v128.load(bias);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) {
      const sum = f32x4.add(v128.load(tile + ((<usize>(4 * i + j)) << 4)), biases);
      v128.store(target + <usize>i * row + <usize>j * pixel, slope == 1 ? sum : activate(sum, slope));
    }
}
