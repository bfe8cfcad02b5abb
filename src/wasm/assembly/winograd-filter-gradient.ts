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
import { TILE_BYTES, blockSize, multiplyPanels } from './panels';
import { GROUP_PIXELS, PLANES, PLANE_GAP, planeBytes } from './winograd';
import { SQUARE_BYTES, filterGradientSquare, inputSquare, outputGradientSquare } from './winograd-transforms';

/** Tiles of 4x4 output pixels that are summed at a time. */
const TILE_BLOCK: i32 = 64;

/** Bytes of scratch for {@link winogradFilterGradient}. */
export function winogradFilterGradientScratch(conv: Convolution, images: i32): i32 {
  const planes = 2 * PLANE_GAP + planeBytes(TILE_BLOCK, conv.channels + conv.outChannels);
  const sums = planeBytes(conv.channels, conv.outChannels) + PLANE_GAP;
  return TILE_BYTES + <i32>(2 * SQUARE_BYTES + PLANES * (planes + sums)) + groupBytes(conv, images, GROUP_PIXELS);
}

/** dw for 3x3 filters, stride 1, and channels in multiples of 8: transformed images and dy are packed as they are made. */
export function winogradFilterGradient(
  conv: Convolution,
  x: usize,
  dy: usize,
  dw: usize,
  images: i32,
  scratch: usize,
): void {
  const channels = conv.channels,
    outChannels = conv.outChannels;
  const square = scratch + TILE_BYTES,
    tile = square + SQUARE_BYTES;
  const left = tile + SQUARE_BYTES;
  const leftPlane = planeBytes(TILE_BLOCK, channels) + PLANE_GAP;
  const right = left + PLANES * leftPlane;
  const rightPlane = planeBytes(TILE_BLOCK, outChannels) + PLANE_GAP;
  const sums = right + PLANES * rightPlane;
  const tap = planeBytes(channels, outChannels);
  const sumPlane = tap + PLANE_GAP;
  const padded = sums + PLANES * sumPlane;
  const pixel = (<usize>channels) << 2,
    outPixel = (<usize>outChannels) << 2;
  const row = <usize>conv.paddedWidth * pixel,
    outRow = <usize>conv.outWidth * outPixel;
  const tilesDown = (conv.outHeight + 3) / 4,
    tilesAcross = (conv.outWidth + 3) / 4;
  const tilesOfImage = tilesDown * tilesAcross;
  const group = groupSize(conv, images, GROUP_PIXELS);
  let isSum = false;
  for (let image = 0; image < images; image += group) {
    const count = min(group, images - image);
    let origin = x + <usize>image * imageBytes(conv);
    if (isPadded(conv)) {
      padImages(padded, origin, count, conv);
      origin = padded;
    }
    const gradient = dy + <usize>image * outputBytes(conv);
    const tiles = count * tilesOfImage;
    const block = blockSize(tiles, TILE_BLOCK, 1);
    for (let first = 0; first < tiles; first += block) {
      const inner = min(block, tiles - first);
      const leftPanel = (<usize>inner) << 4,
        rightPanel = (<usize>inner) << 5;
      for (let t = 0; t < inner; t++) {
        const at = (first + t) / tilesOfImage,
          inImage = first + t - at * tilesOfImage;
        const down = inImage / tilesAcross,
          across = inImage - down * tilesAcross;
        const source = origin + <usize>at * paddedBytes(conv) + <usize>(4 * down) * row + <usize>(4 * across) * pixel;
        let target = left + ((<usize>t) << 4);
        for (let c: usize = 0; c < pixel; c += 16, target += leftPanel)
          inputSquare(source + c, row, pixel, target, leftPlane, square);
        const from =
          gradient + <usize>at * outputBytes(conv) + <usize>(4 * down) * outRow + <usize>(4 * across) * outPixel;
        const height = min(4, conv.outHeight - 4 * down),
          width = min(4, conv.outWidth - 4 * across);
        const isWhole = height == 4 && width == 4;
        target = right + ((<usize>t) << 5);
        for (let c: usize = 0; c < outPixel; c += 16) {
          const to = target + (c >> 5) * rightPanel + (c & 16);
          if (isWhole) outputGradientSquare(from + c, outRow, outPixel, to, rightPlane, square);
          else {
            loadTile(tile, from + c, outRow, outPixel, height, width);
            outputGradientSquare(tile, 64, 16, to, rightPlane, square);
          }
        }
      }
      for (let plane: usize = 0; plane < PLANES; plane++) {
        const target = sums + plane * sumPlane;
        multiplyPanels(
          channels,
          outChannels,
          inner,
          left + plane * leftPlane,
          right + plane * rightPlane,
          target,
          outPixel,
          isSum,
          0,
          1,
          scratch,
        );
      }
      isSum = true;
    }
  }
  for (let at: usize = 0; at < tap; at += 16) filterGradientSquare(sums + at, sumPlane, dw + at, tap, square);
}

/** The part of a tile which is inside the image; the rest is 0. */
function loadTile(tile: usize, source: usize, row: usize, pixel: usize, height: i32, width: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++) {
      const isInside = i < height && j < width;
      v128.store(
        tile + ((<usize>(4 * i + j)) << 4),
        isInside ? v128.load(source + <usize>i * row + <usize>j * pixel) : zero,
      );
    }
}
