import { NARROW, ROWS } from './micro-kernel';
import { pack } from './pack';
import { TILE_BYTES, blockSize, multiplyPanels, multiplyRows, packColumns, roundUp } from './panels';

// Blocks that stay in the caches: one panel of a and one of b in the first level, a block of a in the second.
const ROW_BLOCK: i32 = 96;
const INNER_BLOCK: i32 = 640;
const COLUMN_BLOCK: i32 = 1024;

/** Bytes of scratch for {@link multiply}. */
export function multiplyScratch(rows: i32, columns: i32, inner: i32): i32 {
  const depth = blockSize(inner, INNER_BLOCK, ROWS);
  return TILE_BYTES + 4 * depth * (roundUp(min(rows, ROW_BLOCK), ROWS) + roundUp(min(columns, COLUMN_BLOCK), NARROW));
}

/**
 * Matrix products c = activation(a b + bias), one for each of `count` matrices.
 *
 * Strides are in numbers: from row to row and from column to column of a and b, from row to row of c, and from matrix to
 * matrix (0 if all share one). A transposed operand has its two strides swapped; one of the two is 1.
 *
 * @param bias - for each column, or 0
 * @param slope - the factor of negative sums: 1 for no activation, 0 for relu
 */
export function multiply(
  count: i32,
  rows: i32,
  columns: i32,
  inner: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  aNext: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  bNext: i32,
  c: usize,
  cRow: i32,
  cNext: i32,
  bias: usize,
  slope: f32,
  scratch: usize,
): void {
  const depth = blockSize(inner, INNER_BLOCK, ROWS);
  const aPanels = scratch + TILE_BYTES;
  const bPanels = aPanels + <usize>(4 * depth * roundUp(min(rows, ROW_BLOCK), ROWS));
  const isPackedOnce = bNext == 0 && inner <= depth && columns <= COLUMN_BLOCK;
  for (let index = 0; index < count; index++) {
    for (let j = 0; j < columns; j += COLUMN_BLOCK) {
      const width = min(COLUMN_BLOCK, columns - j);
      for (let k = 0; k < inner; k += depth) {
        const thickness = min(depth, inner - k);
        const right = b + ((<usize>(index * bNext + k * bRow + j * bColumn)) << 2);
        if (index == 0 || !isPackedOnce)
          packColumns(bPanels, right, width, thickness, (<usize>bColumn) << 2, (<usize>bRow) << 2);
        const biases = k == 0 && bias != 0 ? bias + ((<usize>j) << 2) : 0;
        const bend: f32 = k + thickness == inner ? slope : 1;
        for (let i = 0; i < rows; i += ROW_BLOCK) {
          const height = min(ROW_BLOCK, rows - i);
          const left = a + ((<usize>(index * aNext + i * aRow + k * aColumn)) << 2);
          const target = c + ((<usize>(index * cNext + i * cRow + j)) << 2),
            targetRow = (<usize>cRow) << 2,
            leftRow = (<usize>aRow) << 2;
          const adds = k > 0;
          if (aColumn == 1) {
            multiplyRows(
              height,
              width,
              thickness,
              left,
              leftRow,
              bPanels,
              target,
              targetRow,
              adds,
              biases,
              bend,
              scratch,
              aPanels,
            );
            continue;
          }
          pack(aPanels, left, height, thickness, leftRow, (<usize>aColumn) << 2, ROWS);
          multiplyPanels(height, width, thickness, aPanels, 0, bPanels, target, targetRow, adds, biases, bend, scratch);
        }
      }
    }
  }
}
