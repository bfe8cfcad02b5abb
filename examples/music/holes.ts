/** The cells of a hole in a tune. */
export interface Hole {
  readonly start: number;
  readonly count: number;
}

/** Cells in the order before, after, and in the hole: the order in which {@link gridTransformer} reads them. */
export function rotate(row: Int32Array, { start, count }: Hole): Int32Array {
  const [before, hole, after] = [
    row.subarray(0, start),
    row.subarray(start, start + count),
    row.subarray(start + count),
  ];
  return Int32Array.of(...before, ...after, ...hole);
}

/** Rotated cells in their own order again. */
export function rotateBack(row: Int32Array, { start, count }: Hole): Int32Array {
  const end = row.length - count;
  return Int32Array.of(...row.subarray(0, start), ...row.subarray(end), ...row.subarray(start, end));
}
