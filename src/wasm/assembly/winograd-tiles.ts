import { Band, paddedBandBytes } from './bands';
import { Convolution, paddedRowBytes } from './convolution';
import { transformInputPairs } from './winograd-pairs';
import { Input, pointsOf, transform } from './winograd-transforms';

// Winograd's algorithm for a filter whose side is `phases` times 2 or 3 taps, and whose stride is `phases`: the pixels whose
// row and column leave the same remainders form a phase. With the phases as additional channels, the convolution has stride 1.
// The gradient of such a convolution with respect to its images is a convolution whose outputs are in phases.

/** Added to the distance of two planes, which would otherwise be a multiple of 4 kB and share one set of the cache. */
const PLANE_GAP: usize = 320;

/** A tile of 4x4 outputs, kept in the heap: the image of a band that it belongs to, and its place in that image, in tiles. */
@unmanaged
export class Tile {
  image: i32;
  down: i32;
  across: i32;
}

/** The size of a {@link Tile} in bytes, with some to spare. */
export const POSITION_BYTES: usize = 16;

/** Taps of the filter of each phase, on each axis. */
export function tapsOf(conv: Convolution): i32 {
  return conv.height.filter / (conv.height.stride * conv.outPhases);
}

/** Products for each tile: the planes of transformed images, filters and outputs. */
export function planesOf(conv: Convolution): usize {
  const points = <usize>pointsOf(tapsOf(conv));
  return points * points;
}

/** Channels, and output channels, of all phases. */
export function phasedChannels(conv: Convolution): i32 {
  return conv.height.stride * conv.height.stride * conv.channels;
}
export function phasedOutChannels(conv: Convolution): i32 {
  return conv.outPhases * conv.outPhases * conv.outChannels;
}

/** Bytes of the channels of all phases that are next to each other in a row. */
export function lineBytes(conv: Convolution): usize {
  return (<usize>(conv.height.stride * conv.channels)) << 2;
}

/** Bytes from one plane of rows of numbers to the next. */
export function planeBytes(rows: i32, columns: i32): usize {
  return ((<usize>(rows * columns)) << 2) + PLANE_GAP;
}

/** Bytes of the planes of a filter as panels. */
export function winogradPanelBytes(conv: Convolution): i32 {
  return <i32>(planesOf(conv) * planeBytes(phasedChannels(conv), phasedOutChannels(conv)));
}

function tilesAcross(conv: Convolution): i32 {
  return (conv.width.output + conv.width.outBefore + 4 * conv.outPhases - 1) / (4 * conv.outPhases);
}

function tilesDown(conv: Convolution): i32 {
  return (conv.height.output + conv.height.outBefore + 4 * conv.outPhases - 1) / (4 * conv.outPhases);
}

/** The pixels along a side of what a tile sees. */
function sideOf(conv: Convolution): i32 {
  return conv.height.stride * pointsOf(tapsOf(conv));
}

/** Output pixels of the small images that are padded at a time. */
const GROUP_PIXELS: i32 = 1024;

/** Describes how a kernel with tiles reads its images. */
export function bandOfTiles(at: usize, conv: Convolution, room: usize): Band {
  const band = changetype<Band>(at);
  band.ofImage = tilesDown(conv);
  band.step = 4 * conv.height.stride;
  band.reach = sideOf(conv);
  band.pixels = GROUP_PIXELS;
  band.room = room;
  return band;
}

/** Bytes of scratch for the padded inputs of a {@link bandOfTiles}, and for the band. */
export function tileBandBytes(conv: Convolution, rows: i32): i32 {
  return paddedBandBytes(conv, rows, tilesDown(conv), 4 * conv.height.stride, sideOf(conv), GROUP_PIXELS);
}

/** The tiles of a band. */
export function tilesOf(conv: Convolution, band: Band): i32 {
  return band.images * band.rows * tilesAcross(conv);
}

/** Moves to a tile, counted over all images of a band. */
export function moveTo(tile: Tile, conv: Convolution, band: Band, index: i32): void {
  const across = tilesAcross(conv),
    row = index / across;
  tile.image = row / band.rows;
  tile.down = band.top + row - tile.image * band.rows;
  tile.across = index - row * across;
}

/** Tiles that are packed together: four vectors, one of each, fill a line of the cache. */
export const TOGETHER: i32 = 4;

/**
 * Transforms the parts of the images that a few tiles of outputs see, four channels of a phase at a time: from four to the next four,
 * `target` advances by `step` bytes, and from tile to tile by a vector. Each point has its own plane.
 *
 * @param tiles - the first of the `count` tiles, {@link POSITION_BYTES} apart
 * @param from - the first of the `bytes` bytes of each row of a phase; see {@link lineBytes}
 */
export function transformTiles(
  conv: Convolution,
  tiles: usize,
  count: i32,
  band: Band,
  target: usize,
  step: usize,
  plane: usize,
  from: usize,
  bytes: usize,
  square: usize,
): void {
  const phases = <usize>conv.height.stride,
    line = lineBytes(conv),
    row = paddedRowBytes(conv);
  const taps = tapsOf(conv),
    pointsRow = <usize>pointsOf(taps) * plane;
  const isPair = taps == 3 && step == 16 && (bytes & 31) == 0;
  for (let phase: usize = 0; phase < phases; phase++)
    for (let c = phase * row + from, end = c + bytes; c < end; c += 16, target += step) {
      for (let i: usize = 0; i < <usize>count; i++) {
        const tile = changetype<Tile>(tiles + i * POSITION_BYTES);
        let source = band.source + <usize>tile.image * band.stride + c;
        source += <usize>(4 * (tile.down - band.top)) * phases * row + <usize>(4 * tile.across) * line;
        const to = target + (i << 4);
        if (isPair) transformInputPairs(source, phases * row, line, to, pointsRow, plane, square);
        else transform<Input>(taps, source, phases * row, line, to, pointsRow, plane, square);
      }
      if (isPair) {
        c += 16;
        target += 16;
      }
    }
}
