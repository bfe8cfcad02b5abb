import { COLUMNS, ROWS, multiplyTile } from './micro-kernel';

/** The bytes of scratch that `multiplyPanels` needs: a tile and 8 biases. */
export const TILE_BYTES: i32 = 192;

/**
 * c = activation(c + a b + bias) of packed operands. The rows of c are `cRow` bytes apart; `tile` has TILE_BYTES for tiles
 * that reach beyond the edge of c.
 */
export function multiplyPanels(
  rows: i32,
  columns: i32,
  inner: i32,
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  accumulate: bool,
  bias: usize,
  slope: f32,
  tile: usize,
): void {
  const innerBytes = (<usize>inner) << 2;
  const tileRow = (<usize>COLUMNS) << 2;
  for (let j = 0; j < columns; j += COLUMNS) {
    const width = min(COLUMNS, columns - j);
    const panel = b + <usize>j * innerBytes;
    let biases = bias == 0 ? 0 : bias + ((<usize>j) << 2);
    if (bias != 0 && width < COLUMNS) {
      copyNumbers(tile + 128, biases, (<usize>width) << 2);
      biases = tile + 128;
    }
    for (let i = 0; i < rows; i += ROWS) {
      const height = min(ROWS, rows - i);
      const left = a + <usize>i * innerBytes;
      const target = c + <usize>i * cRow + ((<usize>j) << 2);
      if (height == ROWS && width == COLUMNS) {
        multiplyTile(inner, left, panel, target, cRow, accumulate, biases, slope);
        continue;
      }
      const bytes = (<usize>width) << 2;
      if (accumulate)
        for (let y: usize = 0; y < <usize>height; y++) copyNumbers(tile + y * tileRow, target + y * cRow, bytes);
      multiplyTile(inner, left, panel, tile, tileRow, accumulate, biases, slope);
      for (let y: usize = 0; y < <usize>height; y++) copyNumbers(target + y * cRow, tile + y * tileRow, bytes);
    }
  }
}

/** Copies a few numbers, where a call of memory.copy would cost more. */
function copyNumbers(target: usize, source: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(target + at, load<f32>(source + at));
}

/** The smallest multiple of `unit` that is not below `size`. */
export function roundUp(size: i32, unit: i32): i32 {
  return ((size + unit - 1) / unit) * unit;
}

/** The size of equal blocks that cover `size`: a multiple of `unit`, and at most `largest`. */
export function blockSize(size: i32, largest: i32, unit: i32): i32 {
  const blocks = (size + largest - 1) / largest;
  return blocks == 0 ? unit : roundUp((size + blocks - 1) / blocks, unit);
}
