import { expOfNegative4, sumOf4 } from './math';
import { NARROW, ROWS, WIDE } from './micro-kernel';
import { pack } from './pack';
import {
  PRODUCT_BYTES,
  PanelProduct,
  multiplyPanels,
  multiplyRows,
  packColumns,
  plainProduct,
  roundUp,
} from './panels';
import { softmaxGradient } from './softmax';
import { TABLE_BYTES, writeTable } from './table';

// For each head of each example, of `tokens` rows of `size` numbers: weights = softmax(q k^T / sqrt(size)), y = weights v. Queries, keys
// and values are read where they are, in rows of 3 * heads * size numbers. `first` and `count` are pairs of an example and a head.

/** The rows whose weights are computed together, a multiple of the columns of a panel. Causal rows skip what no row of their block sees. */
const BLOCK: i32 = WIDE;

/** Numbers of a row of scores in the scratch space: whole vectors. */
// @inline
function lengthOfRow(tokens: i32): i32 {
  return roundUp(tokens, 4);
}

/** Bytes of panels that hold all rows of a head. */
// @inline
function panelBytes(tokens: i32, size: i32): usize {
  return (<usize>(roundUp(tokens, WIDE) * roundUp(size, WIDE))) << 2;
}

/** Bytes of scratch for {@link attention}. */
export function attentionScratch(tokens: i32, size: i32): i32 {
  const room = BLOCK * max(tokens, size);
  return PRODUCT_BYTES + TABLE_BYTES + 2 * <i32>panelBytes(tokens, size) + 4 * (room + BLOCK * lengthOfRow(tokens));
}

export function attention(
  x: usize,
  weights: usize,
  y: usize,
  first: i32,
  count: i32,
  tokens: i32,
  heads: i32,
  size: i32,
  causal: bool,
  scratch: usize,
): void {
  const table = scratch + PRODUCT_BYTES;
  const keys = table + TABLE_BYTES;
  const values = keys + panelBytes(tokens, size);
  const scores = values + panelBytes(tokens, size);
  const scoresRow = (<usize>lengthOfRow(tokens)) << 2;
  const room = scores + <usize>BLOCK * scoresRow;
  writeTable(table);
  const product = plainProduct(scratch);
  const width = (<usize>(heads * size)) << 2,
    xRow = 3 * width,
    weightsRow = (<usize>tokens) << 2;
  for (let pair = first; pair < first + count; pair++) {
    const head = (<usize>((pair % heads) * size)) << 2,
      example = <usize>((pair / heads) * tokens);
    const query = x + example * xRow + head;
    const target = y + example * width + head;
    const seenBy = weights + <usize>(pair * tokens) * weightsRow;
    packScaled(keys, query + width, tokens, size, xRow);
    packColumns(values, query + 2 * width, size, tokens, 4, xRow);
    for (let i = 0; i < tokens; i += BLOCK) {
      const rows = min(BLOCK, tokens - i);
      const seen = causal ? i + rows : tokens;
      product.rows = rows;
      multiplyInto(product, query + <usize>i * xRow, xRow, size, keys, seen, scores, scoresRow, room);
      for (let row = 0; row < rows; row++) {
        const at = scores + <usize>row * scoresRow;
        softmax(at, causal ? i + row + 1 : tokens, seen, seenBy + <usize>(i + row) * weightsRow, table);
      }
      product.depth = tokens;
      multiplyInto(product, scores, scoresRow, seen, values, size, target + <usize>i * width, width, room);
      product.depth = 0;
    }
  }
}

/** The softmax of the first n numbers of a row, in place and with a copy of `end` numbers; those from n on, and in the last vector, become 0. */
function softmax(row: usize, n: i32, end: i32, copy: usize, table: usize): void {
  const last = row + ((<usize>roundUp(end, 4)) << 2);
  const lowest = f32.NEGATIVE_INFINITY;
  for (let at = row + ((<usize>n) << 2); at < last; at += 4) store<f32>(at, lowest);
  let most = f32x4.splat(lowest);
  for (let at = row; at < last; at += 16) most = f32x4.max(most, v128.load(at));
  const half = f32x4.max(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
  const largest = f32x4.max(half, v128.shuffle<f32>(half, half, 1, 0, 3, 2));
  let sum4 = f32x4.splat(0);
  for (let at = row; at < last; at += 16) {
    const power = expOfNegative4(f32x4.sub(v128.load(at), largest), table);
    v128.store(at, power);
    sum4 = f32x4.add(sum4, power);
  }
  // largest - largest is NaN for NaN and for infinities; the powers are then anything
  const common = f32x4.sub(largest, largest);
  const factor = f32x4.add(f32x4.splat(<f32>(1.0 / sumOf4(sum4))), common);
  for (const whole = row + ((<usize>end & ~3) << 2); row < whole; row += 16, copy += 16) {
    const weight = f32x4.mul(v128.load(row), factor);
    v128.store(row, weight);
    v128.store(copy, weight);
  }
  if (row == last) return;
  v128.store(row, f32x4.mul(v128.load(row), factor));
  for (let i = 0; i < (end & 3); i++, row += 4, copy += 4) store<f32>(copy, load<f32>(row));
}

/** Bytes of scratch for {@link attentionGradient}. */
export function attentionGradientScratch(tokens: i32, size: i32): i32 {
  const room = BLOCK * max(tokens, size);
  return PRODUCT_BYTES + 4 * <i32>panelBytes(tokens, size) + 4 * (room + tokens * tokens);
}

/** The gradient dx of {@link attention} from its weights and dy, which has the shape of y. */
export function attentionGradient(
  x: usize,
  weights: usize,
  dy: usize,
  dx: usize,
  first: i32,
  count: i32,
  tokens: i32,
  heads: i32,
  size: i32,
  causal: bool,
  scratch: usize,
): void {
  const panels = panelBytes(tokens, size);
  const values = scratch + PRODUCT_BYTES;
  const keys = values + panels;
  const queries = keys + panels;
  const slopes = queries + panels;
  const slope = slopes + panels;
  const weightsRow = (<usize>tokens) << 2;
  const room = slope + <usize>tokens * weightsRow;
  const product = plainProduct(scratch);
  const width = (<usize>(heads * size)) << 2,
    xRow = 3 * width;
  for (let pair = first; pair < first + count; pair++) {
    const head = (<usize>((pair % heads) * size)) << 2,
      example = <usize>((pair / heads) * tokens);
    const from = dy + example * width + head;
    const query = x + example * xRow + head,
      target = dx + example * xRow + head;
    const seenBy = weights + <usize>(pair * tokens) * weightsRow;
    packScaled(values, query + 2 * width, tokens, size, xRow);
    packColumns(keys, query + width, size, tokens, 4, xRow);
    packColumns(queries, query, size, tokens, 4, xRow);
    packColumns(slopes, from, size, tokens, 4, width);
    for (let i = 0; i < tokens; i += BLOCK) {
      const rows = min(BLOCK, tokens - i);
      const seen = causal ? i + rows : tokens;
      const block = <usize>i * weightsRow;
      product.rows = rows;
      multiplyInto(product, from + <usize>i * width, width, size, values, seen, slope + block, weightsRow, room);
      for (let row = i; row < i + rows; row++) {
        const at = <usize>row * weightsRow;
        const n = causal ? row + 1 : tokens;
        softmaxGradient(seenBy + at, slope + at, slope + at, 1, n);
        for (let j = n; j < seen; j++) store<f32>(slope + at + ((<usize>j) << 2), 0);
      }
      product.depth = tokens;
      multiplyInto(product, slope + block, weightsRow, seen, keys, size, target + <usize>i * xRow, xRow, room);
      product.depth = 0;
    }
    product.depth = tokens;
    for (let j = 0; j < tokens; j += BLOCK) {
      product.rows = min(BLOCK, tokens - j);
      product.first = causal ? j : 0;
      const at = (<usize>(product.first * tokens + j)) << 2;
      const to = target + <usize>j * xRow;
      multiplyTransposed(product, slope + at, weightsRow, tokens, queries, size, to + width, xRow, room);
      multiplyTransposed(product, seenBy + at, weightsRow, tokens, slopes, size, to + 2 * width, xRow, room);
    }
    product.depth = 0;
    product.first = 0;
  }
}

/** Packs `tokens` rows as columns, each number divided by sqrt(size). */
function packScaled(panels: usize, source: usize, tokens: i32, size: i32, row: usize): void {
  packColumns(panels, source, tokens, size, row, 4);
  const factor = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.splat(<f32>size)));
  const end = panels + ((<usize>(roundUp(tokens, NARROW) * size)) << 2);
  for (let at = panels; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor));
}

/** Writes a product of rows of a, which are not packed. */
function multiplyInto(
  product: PanelProduct,
  a: usize,
  aRow: usize,
  inner: i32,
  b: usize,
  columns: i32,
  c: usize,
  cRow: usize,
  room: usize,
): void {
  product.a = a;
  product.aRow = aRow;
  product.inner = inner;
  product.b = b;
  product.columns = columns;
  product.c = c;
  product.cRow = cRow;
  multiplyRows(product, room);
}

/** Writes a product of columns of a, over its rows from `product.first` on. */
function multiplyTransposed(
  product: PanelProduct,
  a: usize,
  aRow: usize,
  inner: i32,
  b: usize,
  columns: i32,
  c: usize,
  cRow: usize,
  room: usize,
): void {
  product.inner = inner - product.first;
  pack(room, a, product.rows, product.inner, 4, aRow, ROWS);
  product.a = room;
  product.b = b;
  product.columns = columns;
  product.c = c;
  product.cRow = cRow;
  multiplyPanels(product);
}
