import { Convolution } from './convolution';
import { pointsOf } from './winograd-transforms';

// Winograd's algorithm for a filter whose side is `phases` times 2 or 3 taps, and whose stride is `phases`: the pixels of the
// images whose row and column leave the same remainders are a phase, and a convolution of stride 1 of the phases, as so many
// more channels, is the same. The gradient of such a convolution in its images is one whose outputs are in phases.

/** Added to the distance of two planes, which would be a multiple of 4 kB and meet in one set of the cache. */
const PLANE_GAP: usize = 320;

/** A tile of 4x4 outputs, kept in the heap: which image it is of, and where it is in that, in tiles. */
@unmanaged
export class Tile {
  image: i32;
  down: i32;
  across: i32;
}

/** Bytes of a {@link Tile}, and some to spare. */
export const POSITION_BYTES: usize = 16;

/** Taps of the filter of each phase, on each axis. */
export function tapsOf(conv: Convolution): i32 {
  return conv.filterHeight / (conv.strideHeight * conv.outPhases);
}

/** Products for each tile: the planes of transformed images, filters and outputs. */
export function planesOf(conv: Convolution): usize {
  const points = <usize>pointsOf(tapsOf(conv));
  return points * points;
}

/** Channels, and output channels, of all phases. */
export function phasedChannels(conv: Convolution): i32 {
  return conv.strideHeight * conv.strideHeight * conv.channels;
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
  return (conv.outWidth + conv.outLeft + 4 * conv.outPhases - 1) / (4 * conv.outPhases);
}

export function tilesOfImage(conv: Convolution): i32 {
  return ((conv.outHeight + conv.outTop + 4 * conv.outPhases - 1) / (4 * conv.outPhases)) * tilesAcross(conv);
}

/** Goes to a tile, counted over all images. */
export function moveTo(tile: Tile, conv: Convolution, index: i32): void {
  const ofImage = tilesOfImage(conv),
    across = tilesAcross(conv);
  tile.image = index / ofImage;
  const inImage = index - tile.image * ofImage;
  tile.down = inImage / across;
  tile.across = inImage - tile.down * across;
}
