/** Rows of the tiles of the module. */
const ROWS = 4;

/**
 * The AssemblyScript source of the tiles: products of 4 rows and 8 or 16 columns, each one straight loop between loads and stores,
 * which is what V8 can join into operations of 256 bits. AssemblyScript has no macros, so the rows are written out by this function.
 *
 * - `sum8`, `sum16`: c = from + a b, where each row begins with the same 8 or 16 numbers at `from`
 * - `add8`, `add16`: c = c + (from + a b); fused, the sums begin with c instead, and `from` is not read
 *
 * `a` is a packed panel, a number of each row for each of `inner` k, and `b` one with 8 or 16 for each k; the rows of c are `cRow` bytes apart.
 *
 * @param isFused - whether multiplication and addition are one operation with one rounding
 */
export function tileSource(isFused: boolean): string {
  return [2, 4].flatMap((vectors) => (['sum', 'add'] as const).map((kind) => tile(kind, vectors, isFused))).join('\n');
}

/** The source of one tile of `vectors` vectors of four columns. */
export function tile(kind: 'sum' | 'add', vectors: number, isFused: boolean, rowCount = ROWS): string {
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const across = Array.from({ length: vectors }, (_, v) => v);
  const each = (line: (row: number, v: number) => string): string =>
    rows.flatMap((row) => across.map((v) => line(row, v))).join('\n');
  const beginsWithC = kind === 'add' && isFused;
  const product = (sum: string, b: string): string =>
    isFused ? `f32x4.relaxed_madd(x, ${b}, ${sum})` : `f32x4.add(${sum}, f32x4.mul(x, ${b}))`;
  // all are loaded before any is stored: V8 joins no loads with stores between them
  const added =
    kind === 'add' && !isFused
      ? each((row, v) => `  s${row}${v} = f32x4.add(s${row}${v}, v128.load(c${row}, ${16 * v}));`)
      : '';
  return `
export function ${kind}${4 * vectors}(inner: i32, a: usize, b: usize, from: usize, c0: usize, cRow: usize): void {
${rows
  .slice(1)
  .map((row) => `  const c${row} = c${row - 1} + cRow;`)
  .join('\n')}
${each((row, v) => `  let s${row}${v} = v128.load(${beginsWithC ? `c${row}` : 'from'}, ${16 * v});`)}
  for (const end = b + <usize>inner * ${16 * vectors}; b < end;) {
${across.map((v) => `    const b${v} = v128.load(b, ${16 * v});`).join('\n')}
    let x: v128;
${rows.map((row) => `    x = v128.load32_splat(a, ${4 * row});\n${across.map((v) => `    s${row}${v} = ${product(`s${row}${v}`, `b${v}`)};`).join('\n')}`).join('\n')}
    a += ${4 * rowCount};
    b += ${16 * vectors};
  }
${added}
${each((row, v) => `  v128.store(c${row}, s${row}${v}, ${16 * v});`)}
}
`;
}
