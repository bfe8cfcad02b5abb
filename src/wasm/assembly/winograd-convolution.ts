import { BAND_BYTES, readBand } from './bands';
import { Convolution, outputBytes } from './convolution';
import { activate, ROWS } from './micro-kernel';
import { PRODUCT_BYTES, blockSize, multiplyRows, plainProduct } from './panels';
import {
  POSITION_BYTES,
  Tile,
  bandOfTiles,
  lineBytes,
  moveTo,
  phasedChannels,
  phasedOutChannels,
  planeBytes,
  planesOf,
  tapsOf,
  tileBandBytes,
  tilesOf,
  transformTiles,
} from './winograd-tiles';
import { PAIRS_BYTES, transformOutputPairs } from './winograd-pairs';
import { pointsOf, transformOutputs } from './winograd-transforms';

/** Tiles that are transformed at a time. */
const TILE_BLOCK: i32 = 32;

/** Bytes of scratch for {@link winograd}. */
export function winogradScratch(conv: Convolution, rows: i32): i32 {
  const left = planeBytes(TILE_BLOCK, phasedChannels(conv)),
    output = planeBytes(TILE_BLOCK, phasedOutChannels(conv));
  const planes = left + planesOf(conv) * (left + output);
  return PRODUCT_BYTES + <i32>(POSITION_BYTES + 2 * PAIRS_BYTES + planes) + tileBandBytes(conv, rows);
}

/**
 * y = activation(x * filter + bias), or a gradient with respect to images, with channels in multiples of 8.
 *
 * @param first - the first of the `rows` rows of tiles, counted over all images
 */
export function winograd(
  conv: Convolution,
  x: usize,
  panels: usize,
  y: usize,
  first: i32,
  rows: i32,
  bias: usize,
  negativeSlope: f32,
  scratch: usize,
): void {
  const channels = phasedChannels(conv),
    outChannels = phasedOutChannels(conv);
  const planes = planesOf(conv),
    line = lineBytes(conv);
  const position = changetype<Tile>(scratch + PRODUCT_BYTES);
  const square = scratch + PRODUCT_BYTES + POSITION_BYTES;
  const left = square + 2 * PAIRS_BYTES;
  const inputPlane = planeBytes(TILE_BLOCK, channels),
    outputPlane = planeBytes(TILE_BLOCK, outChannels),
    panelPlane = planeBytes(channels, outChannels);
  const input = left + inputPlane;
  const output = input + planes * inputPlane;
  const at = output + planes * outputPlane;
  const band = bandOfTiles(at, conv, at + BAND_BYTES);
  // pixels of all phases
  const pixel = (<usize>channels) << 2,
    outPixel = (<usize>outChannels) << 2;
  const product = plainProduct(scratch);
  product.columns = outChannels;
  product.inner = channels;
  product.aRow = pixel;
  product.cRow = outPixel;
  for (const end = first + rows; first < end;) {
    first = readBand(band, conv, x, first, end);
    const result = y + <usize>band.image * outputBytes(conv);
    const tiles = tilesOf(conv, band);
    const block = blockSize(tiles, TILE_BLOCK, ROWS);
    for (let tile = 0; tile < tiles; tile += block) {
      const count = min(block, tiles - tile);
      for (let t = 0; t < count; t++) {
        moveTo(position, conv, band, tile + t);
        transformTiles(
          conv,
          scratch + PRODUCT_BYTES,
          1,
          band,
          input + <usize>t * pixel,
          16,
          inputPlane,
          0,
          line,
          square,
        );
      }
      product.rows = count;
      for (let plane: usize = 0; plane < planes; plane++) {
        product.a = input + plane * inputPlane;
        product.b = panels + plane * panelPlane;
        product.c = output + plane * outputPlane;
        multiplyRows(product, left);
      }
      for (let t = 0; t < count; t++) {
        moveTo(position, conv, band, tile + t);
        writeTile(conv, position, output + <usize>t * outPixel, outputPlane, result, bias, negativeSlope, square);
      }
    }
  }
}

/**
 * Transforms the products of a tile to its outputs, phase after phase, and stores them.
 *
 * @param square - room for two squares
 */
function writeTile(
  conv: Convolution,
  tile: Tile,
  products: usize,
  plane: usize,
  images: usize,
  bias: usize,
  negativeSlope: f32,
  square: usize,
): void {
  const taps = tapsOf(conv),
    pointsRow = <usize>pointsOf(taps) * plane,
    channels = (<usize>conv.outChannels) << 2;
  const outputs = square + PAIRS_BYTES;
  const target = images + <usize>tile.image * outputBytes(conv);
  for (let down = 0; down < conv.outPhases; down++)
    for (let across = 0; across < conv.outPhases; across++)
      for (let c: usize = 0; c < channels;) {
        // filters of 2x2 taps are transformed one vector at a time
        const step: usize = taps == 3 ? 32 : 16;
        if (taps == 3) transformOutputPairs(products, pointsRow, plane, outputs, square);
        else transformOutputs(products, pointsRow, plane, outputs, square);
        for (let from: usize = 0; from < step; from += 16) {
          const biases = bias == 0 ? f32x4.splat(0) : v128.load(bias + c + from);
          storeOutputs(conv, tile, down, across, outputs + from, step, target + c + from, biases, negativeSlope);
        }
        c += step;
        products += step;
      }
}

/** Stores the outputs of a phase that are inside the image. */
// @inline
function storeOutputs(
  conv: Convolution,
  position: Tile,
  phaseDown: i32,
  phaseAcross: i32,
  outputs: usize,
  step: usize,
  image: usize,
  biases: v128,
  negativeSlope: f32,
): void {
  const phases = conv.outPhases;
  const top = 4 * phases * position.down + phaseDown - conv.height.outBefore,
    left = 4 * phases * position.across + phaseAcross - conv.width.outBefore;
  const bottom = min(conv.height.output, top + 4 * phases),
    right = min(conv.width.output, left + 4 * phases);
  const pixel = (<usize>conv.outChannels) << 2;
  for (let y = top; y < bottom; y += phases, outputs += 4 * step) {
    if (y < 0) continue;
    let from = outputs;
    let to = image + <usize>(y * conv.width.output + left) * pixel;
    for (let x = left; x < right; x += phases, from += step, to += <usize>phases * pixel) {
      if (x < 0) continue;
      const sum = f32x4.add(v128.load(from), biases);
      v128.store(to, negativeSlope == 1 ? sum : activate(sum, negativeSlope));
    }
  }
}
