import { NARROW, ROWS, WIDE, activate, multiplyTile } from './micro-kernel';
import { pack } from './pack';
import {
  add16,
  add8,
  addRows16,
  addRows8,
  importsNarrow,
  panelColumns,
  sum16,
  sum8,
  sumRows16,
  sumRows8,
} from './tiles';

/** The bytes of scratch that products need: a tile, and the numbers with which the sums of its columns begin. */
export const TILE_BYTES: i32 = 320;

/** With at most this many columns, packing rows takes longer than reading them where they are. */
const FEW_COLUMNS: i32 = 96;

/**
 * c = activation(c + a b + bias), where the rows of a are contiguous and `aRow` bytes apart, and b is packed. The rows of c are
 * `cRow` bytes apart; `tile` has TILE_BYTES for tiles that reach beyond the edge of c, and `room` is for a packed.
 */
export function multiplyRows(
  rows: i32,
  columns: i32,
  inner: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  accumulate: bool,
  bias: usize,
  slope: f32,
  tile: usize,
  room: usize,
): void {
  let whole = 0;
  if (columns <= FEW_COLUMNS && panelColumns == WIDE) {
    whole = rows & -ROWS;
    multiplyPanels(whole, columns, inner, a, aRow, b, c, cRow, accumulate, bias, slope, tile);
  }
  if (whole == rows) return;
  pack(room, a + <usize>whole * aRow, rows - whole, inner, aRow, 4, ROWS);
  c += <usize>whole * cRow;
  multiplyPanels(rows - whole, columns, inner, room, 0, b, c, cRow, accumulate, bias, slope, tile);
}

/** The same with a packed, where `aRow` is 0, or with a multiple of ROWS rows of a in place. */
export function multiplyPanels(
  rows: i32,
  columns: i32,
  inner: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  accumulate: bool,
  bias: usize,
  slope: f32,
  tile: usize,
): void {
  const innerBytes = (<usize>inner) << 2;
  const leftStep = aRow == 0 ? innerBytes : aRow;
  const first = tile + 256;
  for (let j = 0; j < columns;) {
    const panelWidth = widthOfPanel(columns - j);
    const width = min(panelWidth, columns - j);
    const tileRow = (<usize>panelWidth) << 2;
    const isOwn = panelWidth == NARROW && !importsNarrow && aRow == 0;
    const panel = b + <usize>j * innerBytes;
    let biases = bias == 0 ? 0 : bias + ((<usize>j) << 2);
    if (bias != 0 && width < panelWidth) {
      copyNumbers(first, biases, (<usize>width) << 2);
      biases = first;
    } else if (bias == 0 && !isOwn) {
      memory.fill(first, 0, tileRow);
      biases = first;
    }
    for (let i = 0; i < rows; i += ROWS) {
      const height = min(ROWS, rows - i);
      const left = a + <usize>i * leftStep;
      const target = c + <usize>i * cRow + ((<usize>j) << 2);
      const isInside = height == ROWS && width == panelWidth;
      const to = isInside ? target : tile,
        toRow = isInside ? cRow : tileRow;
      const bytes = (<usize>width) << 2;
      if (accumulate && !isInside)
        for (let y: usize = 0; y < <usize>height; y++) copyNumbers(tile + y * tileRow, target + y * cRow, bytes);
      if (isOwn) multiplyTile(inner, left, panel, to, toRow, accumulate, biases, slope);
      else {
        if (aRow == 0) multiplyPacked(inner, left, panel, biases, to, toRow, accumulate, panelWidth);
        else multiplyInPlace(inner, left, aRow, panel, biases, to, toRow, accumulate, panelWidth);
        if (slope != 1) bendTile(to, toRow, tileRow, slope);
      }
      if (!isInside)
        for (let y: usize = 0; y < <usize>height; y++) copyNumbers(target + y * cRow, tile + y * tileRow, bytes);
    }
    j += panelWidth;
  }
}

/** c = from + a b or c = c + from + a b, by an imported tile. */
// @inline
function multiplyPacked(
  inner: i32,
  a: usize,
  b: usize,
  from: usize,
  c: usize,
  cRow: usize,
  accumulate: bool,
  width: i32,
): void {
  if (width == WIDE) {
    if (accumulate) add16(inner, a, b, from, c, cRow);
    else sum16(inner, a, b, from, c, cRow);
  } else if (accumulate) add8(inner, a, b, from, c, cRow);
  else sum8(inner, a, b, from, c, cRow);
}

/** The same with the rows of a in place. */
// @inline
function multiplyInPlace(
  inner: i32,
  a: usize,
  aRow: usize,
  b: usize,
  from: usize,
  c: usize,
  cRow: usize,
  accumulate: bool,
  width: i32,
): void {
  if (width == WIDE) {
    if (accumulate) addRows16(inner, a, aRow, b, from, c, cRow);
    else sumRows16(inner, a, aRow, b, from, c, cRow);
  } else if (accumulate) addRows8(inner, a, aRow, b, from, c, cRow);
  else sumRows8(inner, a, aRow, b, from, c, cRow);
}

/** Applies an activation to a tile. */
function bendTile(c: usize, cRow: usize, bytes: usize, slope: f32): void {
  for (let row = 0; row < ROWS; row++, c += cRow)
    for (let at = c; at < c + bytes; at += 16) v128.store(at, activate(v128.load(at), slope));
}

/** Columns of the panel that begins `rest` columns before the end: where eight suffice, a wide one would be half empty. */
// @inline
function widthOfPanel(rest: i32): i32 {
  return rest > NARROW ? panelColumns : NARROW;
}

/** Packs columns of the right operand into panels: see `pack`. They take a multiple of NARROW columns. */
export function packColumns(target: usize, source: usize, columns: i32, inner: i32, line: usize, step: usize): void {
  const rest = columns % panelColumns;
  const full = rest > NARROW ? columns : columns - rest;
  pack(target, source, full, inner, line, step, panelColumns);
  if (full == columns) return;
  pack(target + ((<usize>full * inner) << 2), source + <usize>full * line, rest, inner, line, step, NARROW);
}

/** The address of column `j` in the panels of `columns` columns, for k = 0. `columns` is a multiple of NARROW. */
export function addressOfColumn(panels: usize, j: i32, columns: i32, inner: i32): usize {
  const first = j - (j % panelColumns);
  const begin = columns - first < panelColumns ? j & -NARROW : first;
  return panels + ((<usize>(begin * inner + j - begin)) << 2);
}

/** The bytes from one k to the next in the panel of column `j`. */
export function stepOfColumn(j: i32, columns: i32): usize {
  const first = j - (j % panelColumns);
  return (<usize>widthOfPanel(columns - first)) << 2;
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
