import { NARROW, ROWS } from './micro-kernel';
import { pack } from './pack';
import { PRODUCT_BYTES, blockSize, multiplyPanels, multiplyRows, packColumns, plainProduct, roundUp } from './panels';

/** Matrices in the heap: the address of the first, and the distances between rows, columns and matrices, in numbers. */
@unmanaged
export class Matrices {
  at: usize;
  row: i32;
  column: i32;
  /** 0 if all are one. */
  next: i32;
}

/**
 * Products c = a b, one for each of `count` matrices of `rows` x `inner` times `inner` x `columns` numbers. A factor's distance between
 * rows or between columns is 1: a transposed one has both swapped. The rows of c are contiguous.
 */
@unmanaged
export class Product {
  count: i32;
  rows: i32;
  inner: i32;
  columns: i32;
  // @inline
  get a(): Matrices {
    return changetype<Matrices>(changetype<usize>(this) + offsetof<Product>());
  }
  // @inline
  get b(): Matrices {
    return changetype<Matrices>(changetype<usize>(this) + offsetof<Product>() + offsetof<Matrices>());
  }
  // @inline
  get c(): Matrices {
    return changetype<Matrices>(changetype<usize>(this) + offsetof<Product>() + 2 * offsetof<Matrices>());
  }
}

// Blocks that stay in the caches: one panel of a and one of b in the first level, a block of a in the second.
const ROW_BLOCK: i32 = 96;
const INNER_BLOCK: i32 = 640;
const COLUMN_BLOCK: i32 = 1024;

/** Bytes of scratch for {@link multiply}. */
export function multiplyScratch(rows: i32, columns: i32, inner: i32): i32 {
  const depth = blockSize(inner, INNER_BLOCK, ROWS);
  const panels = roundUp(min(rows, ROW_BLOCK), ROWS) + roundUp(min(columns, COLUMN_BLOCK), NARROW);
  return PRODUCT_BYTES + 4 * depth * panels;
}

/**
 * c = activation(a b + bias)
 *
 * @param bias - for each column, or 0
 * @param negativeSlope - the factor of negative sums: 1 for no activation, 0 for relu
 */
export function multiply(product: Product, bias: usize, negativeSlope: f32, scratch: usize): void {
  const rows = product.rows,
    columns = product.columns,
    inner = product.inner;
  const a = product.a,
    b = product.b,
    c = product.c;
  const depth = blockSize(inner, INNER_BLOCK, ROWS);
  const aPanels = scratch + PRODUCT_BYTES;
  const bPanels = aPanels + <usize>(4 * depth * roundUp(min(rows, ROW_BLOCK), ROWS));
  const isPackedOnce = b.next == 0 && inner <= depth && columns <= COLUMN_BLOCK;
  const block = plainProduct(scratch);
  block.b = bPanels;
  block.cRow = (<usize>c.row) << 2;
  const aRow = (<usize>a.row) << 2;
  for (let index = 0; index < product.count; index++) {
    for (let j = 0; j < columns; j += COLUMN_BLOCK) {
      block.columns = min(COLUMN_BLOCK, columns - j);
      for (let k = 0; k < inner; k += depth) {
        const thickness = min(depth, inner - k);
        block.inner = thickness;
        if (index == 0 || !isPackedOnce) {
          const right = b.at + ((<usize>(index * b.next + k * b.row + j * b.column)) << 2);
          packColumns(bPanels, right, block.columns, thickness, (<usize>b.column) << 2, (<usize>b.row) << 2);
        }
        block.accumulates = k > 0;
        block.bias = k == 0 && bias != 0 ? bias + ((<usize>j) << 2) : 0;
        block.negativeSlope = k + thickness == inner ? negativeSlope : 1;
        for (let i = 0; i < rows; i += ROW_BLOCK) {
          block.rows = min(ROW_BLOCK, rows - i);
          block.c = c.at + ((<usize>(index * c.next + i * c.row + j)) << 2);
          const left = a.at + ((<usize>(index * a.next + i * a.row + k * a.column)) << 2);
          if (a.column == 1) {
            block.a = left;
            block.aRow = aRow;
            multiplyRows(block, aPanels);
          } else {
            pack(aPanels, left, block.rows, thickness, aRow, (<usize>a.column) << 2, ROWS);
            block.a = aPanels;
            multiplyPanels(block);
          }
        }
      }
    }
  }
}
