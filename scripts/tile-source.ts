/** Rows of the tiles of the module. */
const ROWS = 4;

/** What distinguishes a tile. */
export interface TileKind {
  /** `sum`: c = from + a b; `add`: c = c + (from + a b). The sums of each row begin with the same numbers at `from`. */
  readonly does: 'sum' | 'add';
  /** Vectors of four columns. */
  readonly vectors: number;
  /** Whether multiplication and addition are one operation with one rounding. */
  readonly isFused: boolean;
  /** Whether the rows of `a` are read in place, `aRow` bytes apart; else `a` is a packed panel, a number of each row for each k. */
  readonly isInPlace: boolean;
  readonly rows?: number;
}

/**
 * The AssemblyScript source of the tiles: products of 4 rows and 8 or 16 columns, each one straight loop between loads and stores,
 * which is what V8 can join into operations of 256 bits. AssemblyScript has no macros, so the rows are written out by this function.
 *
 * The functions are `sum8`, `add8`, `sumRows8`, `addRows8` and the same with 16: see {@link TileKind}. `b` is a packed panel with 8 or 16
 * numbers for each of `inner` k; the rows of c are `cRow` bytes apart.
 */
export function tileSource(isFused: boolean): string {
  const kinds = [2, 4].flatMap((vectors) =>
    [false, true].flatMap((isInPlace) =>
      (['sum', 'add'] as const).map((does): TileKind => ({ does, vectors, isFused, isInPlace })),
    ),
  );
  return kinds.map(tile).join('\n');
}

/** The source of one tile. */
export function tile({ does, vectors, isFused, isInPlace, rows: count = ROWS }: TileKind): string {
  const rows = Array.from({ length: count }, (_, row) => row);
  const across = Array.from({ length: vectors }, (_, v) => v);
  const each = (line: (row: number, v: number) => string): string =>
    rows.flatMap((row) => across.map((v) => line(row, v))).join('\n');
  const following = (name: string, step: string): string =>
    rows
      .slice(1)
      .map((row) => `  let ${name}${row} = ${name}${row - 1} + ${step};`)
      .join('\n');
  const product = (sum: string, b: string): string =>
    isFused ? `f32x4.relaxed_madd(x, ${b}, ${sum})` : `f32x4.add(${sum}, f32x4.mul(x, ${b}))`;
  const productsOf = (row: number): string => `    x = v128.load32_splat(${isInPlace ? `a${row}` : `a0, ${4 * row}`});
${across.map((v) => `    s${row}${v} = ${product(`s${row}${v}`, `b${v}`)};`).join('\n')}`;
  // all are loaded before any is stored: V8 joins no loads with stores between them
  const added =
    does === 'add' ? each((row, v) => `  s${row}${v} = f32x4.add(s${row}${v}, v128.load(c${row}, ${16 * v}));`) : '';
  return `
export function ${does}${isInPlace ? 'Rows' : ''}${4 * vectors}(inner: i32, a0: usize, ${isInPlace ? 'aRow: usize, ' : ''}b: usize, from: usize, c0: usize, cRow: usize): void {
${following('c', 'cRow')}
${isInPlace ? following('a', 'aRow') : ''}
${each((row, v) => `  let s${row}${v} = v128.load(from, ${16 * v});`)}
  for (const end = b + <usize>inner * ${16 * vectors}; b < end;) {
${across.map((v) => `    const b${v} = v128.load(b, ${16 * v});`).join('\n')}
    let x: v128;
${rows.map(productsOf).join('\n')}
${isInPlace ? rows.map((row) => `    a${row} += 4;`).join('\n') : `    a0 += ${4 * count};`}
    b += ${16 * vectors};
  }
${added}
${each((row, v) => `  v128.store(c${row}, s${row}${v}, ${16 * v});`)}
}
`;
}
