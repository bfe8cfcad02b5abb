import { Convolution, paddedBytes } from './convolution';
import { Input, pointsOf, transform } from './winograd-transforms';

// Winograd's algorithm for a filter whose side is `phases` times 2 or 3 taps, and whose stride is `phases`: the pixels whose
// row and column leave the same remainders form a phase. With the phases as additional channels, the convolution has stride 1.
// The gradient of such a convolution with respect to its images is a convolution whose outputs are in phases.

/** Added to the distance of two planes, which would otherwise be a multiple of 4 kB and share one set of the cache. */
const PLANE_GAP: usize = 320;

/** A tile of 4x4 outputs, kept in the heap: the image it belongs to, and its place in that image, in tiles. */
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

export function tilesOfImage(conv: Convolution): i32 {
  return (
    ((conv.height.output + conv.height.outBefore + 4 * conv.outPhases - 1) / (4 * conv.outPhases)) * tilesAcross(conv)
  );
}

/** Moves to a tile, counted over all images. */
export function moveTo(tile: Tile, conv: Convolution, index: i32): void {
  const ofImage = tilesOfImage(conv),
    across = tilesAcross(conv);
  tile.image = index / ofImage;
  const inImage = index - tile.image * ofImage;
  tile.down = inImage / across;
  tile.across = inImage - tile.down * across;
}

/**
 * Transforms the part of padded images that a tile of outputs sees, four channels of a phase at a time: from four to the
 * next four, `target` advances by a fixed number of bytes, and each point has its own plane.
 */
export function transformTile(
  conv: Convolution,
  tile: Tile,
  images: usize,
  target: usize,
  step: usize,
  plane: usize,
  square: usize,
): void {
  const phases = <usize>conv.height.stride,
    line = ((<usize>phasedChannels(conv)) << 2) / phases,
    row = (<usize>(conv.width.padded * conv.channels)) << 2;
  const taps = tapsOf(conv),
    pointsRow = <usize>pointsOf(taps) * plane;
  let source = images + <usize>tile.image * paddedBytes(conv);
  source += <usize>(4 * tile.down) * phases * row + <usize>(4 * tile.across) * line;
  for (let phase: usize = 0; phase < phases; phase++, source += row)
    for (let c: usize = 0; c < line; c += 16, target += step)
      transform<Input>(taps, source + c, phases * row, line, target, pointsRow, plane, square);
}
