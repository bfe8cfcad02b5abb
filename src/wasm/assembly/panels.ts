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

/**
 * A product c = activation(c + a b + bias) whose b is packed. It stands at the beginning of a kernel's scratch space, and with it the
 * room that {@link PRODUCT_BYTES} reserves: for a tile that reaches beyond the edge of c, and for the numbers with which sums begin.
 */
@unmanaged
export class PanelProduct {
  rows: i32;
  columns: i32;
  inner: i32;
  a: usize;
  /** Bytes from one row of a, whose numbers are contiguous, to the next; 0 if a is packed. */
  aRow: usize;
  b: usize;
  /** How many k the panels of b have, and the first that is used; 0 and 0 if they have `inner`. */
  depth: i32;
  first: i32;
  c: usize;
  /** Bytes from one row of c to the next. */
  cRow: usize;
  /** Whether the previous c is added. */
  accumulates: bool;
  /** For each column, or 0. */
  bias: usize;
  negativeSlope: f32;
}

/** Bytes of a {@link PanelProduct} and its room. */
export const PRODUCT_BYTES: i32 = 384;
/** Where the tile is, of at most 4 rows of 16 numbers, and the numbers with which the sums of its columns begin. */
const TILE: usize = 64;
const FIRST: usize = 320;

/** A product without bias and activation. */
export function plainProduct(scratch: usize): PanelProduct {
  const product = changetype<PanelProduct>(scratch);
  product.aRow = 0;
  product.depth = 0;
  product.first = 0;
  product.accumulates = false;
  product.bias = 0;
  product.negativeSlope = 1;
  return product;
}

/** With at most this many columns, packing rows takes longer than reading them where they are. */
const FEW_COLUMNS: i32 = 128;

/** Multiplies with a not packed: `room` is for that. */
export function multiplyRows(product: PanelProduct, room: usize): void {
  const rows = product.rows;
  const isInPlace = product.columns <= FEW_COLUMNS && panelColumns == WIDE;
  const whole = isInPlace ? rows & -ROWS : 0;
  if (whole > 0) multiplyBlock(product, whole, product.a, product.aRow, product.c);
  if (whole == rows) return;
  pack(room, product.a + <usize>whole * product.aRow, rows - whole, product.inner, product.aRow, 4, ROWS);
  multiplyBlock(product, rows - whole, room, 0, product.c + <usize>whole * product.cRow);
}

/** Multiplies with a packed. */
export function multiplyPanels(product: PanelProduct): void {
  multiplyBlock(product, product.rows, product.a, 0, product.c);
}

/** The same with these rows, which are packed, or else a multiple of ROWS. */
function multiplyBlock(product: PanelProduct, rows: i32, a: usize, aRow: usize, c: usize): void {
  const columns = product.columns,
    inner = product.inner,
    cRow = product.cRow,
    accumulates = product.accumulates,
    bias = product.bias,
    negativeSlope = product.negativeSlope;
  const tile = changetype<usize>(product) + TILE,
    initial = changetype<usize>(product) + FIRST;
  const first = product.first,
    depth = product.depth == 0 ? inner : product.depth;
  const leftStep = aRow == 0 ? (<usize>inner) << 2 : aRow;
  if (bias == 0) for (let at: usize = 0; at < 64; at += 16) v128.store(initial + at, f32x4.splat(0));
  for (let j = 0; j < columns;) {
    const panelWidth = widthOfPanel(columns - j);
    const width = min(panelWidth, columns - j);
    const tileRow = (<usize>panelWidth) << 2;
    const isOwn = panelWidth == NARROW && !importsNarrow && aRow == 0;
    const panel = product.b + ((<usize>(j * depth + first * panelWidth)) << 2);
    let biases = bias == 0 ? 0 : bias + ((<usize>j) << 2);
    if (bias != 0 && width < panelWidth) {
      copyNumbers(initial, biases, (<usize>width) << 2);
      biases = initial;
    } else if (bias == 0 && !isOwn) biases = initial;
    for (let i = 0; i < rows; i += ROWS) {
      const height = min(ROWS, rows - i);
      const left = a + <usize>i * leftStep;
      const target = c + <usize>i * cRow + ((<usize>j) << 2);
      const isInside = height == ROWS && width == panelWidth;
      const to = isInside ? target : tile,
        toRow = isInside ? cRow : tileRow;
      const bytes = (<usize>width) << 2;
      if (accumulates && !isInside)
        for (let y: usize = 0; y < <usize>height; y++) copyNumbers(tile + y * tileRow, target + y * cRow, bytes);
      if (isOwn) multiplyTile(inner, left, panel, to, toRow, accumulates, biases, negativeSlope);
      else {
        multiplyImported(inner, left, aRow, panel, biases, to, toRow, accumulates, panelWidth);
        if (negativeSlope != 1) bendTile(to, toRow, tileRow, negativeSlope);
      }
      if (!isInside)
        for (let y: usize = 0; y < <usize>height; y++) copyNumbers(target + y * cRow, tile + y * tileRow, bytes);
    }
    j += panelWidth;
  }
}

/** c = from + a b or c = c + from + a b, by an imported tile; a is packed where `aRow` is 0. */
// @inline
function multiplyImported(
  inner: i32,
  a: usize,
  aRow: usize,
  b: usize,
  from: usize,
  c: usize,
  cRow: usize,
  accumulates: bool,
  width: i32,
): void {
  if (width == WIDE) {
    if (aRow == 0) {
      if (accumulates) add16(inner, a, 0, b, from, c, cRow);
      else sum16(inner, a, 0, b, from, c, cRow);
    } else if (accumulates) addRows16(inner, a, aRow, b, from, c, cRow);
    else sumRows16(inner, a, aRow, b, from, c, cRow);
  } else if (aRow == 0) {
    if (accumulates) add8(inner, a, 0, b, from, c, cRow);
    else sum8(inner, a, 0, b, from, c, cRow);
  } else if (accumulates) addRows8(inner, a, aRow, b, from, c, cRow);
  else sumRows8(inner, a, aRow, b, from, c, cRow);
}

/** Applies an activation to a tile. */
function bendTile(c: usize, cRow: usize, bytes: usize, negativeSlope: f32): void {
  for (let row = 0; row < ROWS; row++, c += cRow)
    for (let at = c; at < c + bytes; at += 16) v128.store(at, activate(v128.load(at), negativeSlope));
}

/** Columns of the panel that begins `rest` columns before the end: where eight are enough, a wide one would be half empty. */
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
// @inline
export function addressOfColumn(panels: usize, j: i32, columns: i32, inner: i32): usize {
  const first = j - (j % panelColumns);
  const begin = columns - first < panelColumns ? j & -NARROW : first;
  return panels + ((<usize>(begin * inner + j - begin)) << 2);
}

/** The bytes from one k to the next in the panel of column `j`. */
// @inline
export function stepOfColumn(j: i32, columns: i32): usize {
  const first = j - (j % panelColumns);
  return (<usize>widthOfPanel(columns - first)) << 2;
}

/** Copies a few numbers, where a call of memory.copy would cost more. */
// @inline
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
