import { BAND_BYTES, readBand } from './bands';
import { Convolution, outputBytes } from './convolution';
import { PRODUCT_BYTES, addressOfColumn, blockSize, multiplyPanels, plainProduct, stepOfColumn } from './panels';
import {
  POSITION_BYTES,
  Tile,
  bandOfTiles,
  lineBytes,
  moveTo,
  planeBytes,
  planesOf,
  tapsOf,
  tileBandBytes,
  tilesOf,
  TOGETHER,
  transformTiles,
} from './winograd-tiles';
import { FilterGradient, OutputGradient, SQUARE_BYTES, pointsOf, transform } from './winograd-transforms';

/** Tiles that are summed at a time. */
const TILE_BLOCK: i32 = 64;

/** Bytes of scratch for {@link winogradFilterGradient}. */
export function winogradFilterGradientScratch(conv: Convolution, rows: i32, count: i32): i32 {
  const channels = conv.height.stride * count;
  const operands = planeBytes(TILE_BLOCK, channels) + planeBytes(TILE_BLOCK, conv.outChannels);
  const planes = planesOf(conv) * (operands + planeBytes(channels, conv.outChannels));
  return (
    PRODUCT_BYTES + <i32>(<usize>TOGETHER * POSITION_BYTES + 2 * SQUARE_BYTES + planes) + tileBandBytes(conv, rows)
  );
}

/**
 * dw for channels in multiples of 8: transformed images and dy are packed as they are computed.
 *
 * @param first - the first of the `rows` rows of tiles, counted over all images
 * @param from - the first of the `count` channels whose gradient is computed, of those of all phases in a row; multiples of four
 */
export function winogradFilterGradient(
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
  const channels = conv.height.stride * count,
    outChannels = conv.outChannels;
  const taps = tapsOf(conv),
    points = <usize>pointsOf(taps),
    planes = planesOf(conv);
  const tiles = scratch + PRODUCT_BYTES;
  const square = tiles + <usize>TOGETHER * POSITION_BYTES;
  const left = square + 2 * SQUARE_BYTES;
  const leftPlane = planeBytes(TILE_BLOCK, channels),
    rightPlane = planeBytes(TILE_BLOCK, outChannels),
    sumPlane = planeBytes(channels, outChannels);
  const right = left + planes * leftPlane;
  const sums = right + planes * rightPlane;
  const at = sums + planes * sumPlane;
  const band = bandOfTiles(at, conv, at + BAND_BYTES);
  const phases = <usize>conv.height.stride,
    begin = (<usize>from) << 2,
    bytes = (<usize>count) << 2;
  const outPixel = (<usize>outChannels) << 2;
  const product = plainProduct(scratch);
  product.rows = channels;
  product.columns = outChannels;
  product.cRow = outPixel;
  for (const end = first + rows; first < end;) {
    first = readBand(band, conv, x, first, end);
    const gradient = dy + <usize>band.image * outputBytes(conv);
    const all = tilesOf(conv, band);
    const block = blockSize(all, TILE_BLOCK, 1);
    for (let tile = 0; tile < all; tile += block) {
      const inner = min(block, all - tile);
      const leftPanel = (<usize>inner) << 4;
      for (let t = 0; t < inner; t++) {
        const at = t % TOGETHER,
          position = changetype<Tile>(tiles + <usize>at * POSITION_BYTES);
        moveTo(position, conv, band, tile + t);
        transformGradients(conv, position, gradient, right, t, inner, rightPlane, square);
        if (at + 1 == TOGETHER || t + 1 == inner) {
          const target = left + ((<usize>(t - at)) << 4);
          transformTiles(conv, tiles, at + 1, band, target, leftPanel, leftPlane, begin, bytes, square);
        }
      }
      product.inner = inner;
      for (let plane: usize = 0; plane < planes; plane++) {
        product.a = left + plane * leftPlane;
        product.b = right + plane * rightPlane;
        product.c = sums + plane * sumPlane;
        multiplyPanels(product);
      }
      product.accumulates = true;
    }
  }
  // the filter is [taps, phases, taps, phases of the channels, output channels]
  const tapColumn = lineBytes(conv) * <usize>outChannels,
    phaseRow = <usize>taps * tapColumn;
  const start = begin * <usize>outChannels,
    stop = start + bytes * <usize>outChannels;
  for (let phase: usize = 0, sum = sums; phase < phases; phase++, dw += phaseRow)
    for (let at = start; at < stop; at += 16, sum += 16)
      transform<FilterGradient>(taps, sum, points * sumPlane, sumPlane, dw + at, phases * phaseRow, tapColumn, square);
}

/**
 * Transforms the gradients of a tile of outputs into panels of channels, in which it is number `t` of `inner`.
 *
 * @param square - room for two squares
 */
function transformGradients(
  conv: Convolution,
  tile: Tile,
  dy: usize,
  panels: usize,
  t: i32,
  inner: i32,
  plane: usize,
  square: usize,
): void {
  const taps = tapsOf(conv),
    pointsRow = <usize>pointsOf(taps) * plane;
  const pixel = (<usize>conv.outChannels) << 2,
    row = <usize>conv.width.output * pixel;
  const down = 4 * tile.down,
    across = 4 * tile.across;
  const from = dy + <usize>tile.image * outputBytes(conv) + <usize>down * row + <usize>across * pixel;
  const height = conv.height.output - down,
    width = conv.width.output - across;
  const isWhole = height >= 4 && width >= 4;
  const inside = square + SQUARE_BYTES;
  for (let c: usize = 0; c < pixel; c += 16) {
    if (!isWhole) loadGradients(inside, from + c, row, pixel, height, width);
    const source = isWhole ? from + c : inside;
    const channel = <i32>(c >> 2);
    const to =
      addressOfColumn(panels, channel, conv.outChannels, inner) + <usize>t * stepOfColumn(channel, conv.outChannels);
    transform<OutputGradient>(taps, source, isWhole ? row : 64, isWhole ? pixel : 16, to, pointsRow, plane, square);
  }
}

/** The gradients of the outputs that are inside the image; the rest is 0. */
function loadGradients(target: usize, source: usize, row: usize, pixel: usize, height: i32, width: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++, target += 16)
      v128.store(target, i < height && j < width ? v128.load(source + <usize>i * row + <usize>j * pixel) : zero);
}
