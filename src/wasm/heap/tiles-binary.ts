/** The properties of a tile. */
export interface TileKind {
  readonly name: string;
  /**
   * Whether the product is added to c: c = c + (from + a b); else c = from + a b. The sums in each row start from the numbers at `from`.
   */
  readonly adds: boolean;
  /**
   * Whether the rows of `a` are read in place, `aRow` bytes apart; otherwise `a` is a packed panel, with one number of each row for each k.
   */
  readonly isInPlace: boolean;
  readonly rows: number;
  /** Vectors of four columns: 2 or 4. */
  readonly vectors: number;
}

/** The tiles of the module, of 4 rows and 8 or 16 columns. */
const TILES: readonly TileKind[] = [2, 4].flatMap((vectors) =>
  ['', 'Rows'].flatMap((suffix) =>
    ['sum', 'add'].map((does) => {
      const name = `${does}${suffix}${4 * vectors}`;
      return { name, adds: does === 'add', isInPlace: suffix !== '', rows: 4, vectors };
    }),
  ),
);

type Code = readonly number[];

/** A number in LEB128: seven bits in a byte, the lowest first; the eighth bit says that more follow. */
const leb = (x: number): Code => (x < 128 ? [x] : [(x & 127) | 128, ...leb(x >> 7)]);
/** A list, preceded by its length. */
const list = (items: readonly Code[]): Code => [...leb(items.length), ...items.flat()];
const sized = (code: Code): Code => [...leb(code.length), ...code];
const text = (name: string): Code => sized([...name].map((char) => char.charCodeAt(0)));
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];

// instructions, by their numbers in the specification
const [I32, V128, NO_RESULT] = [0x7f, 0x7b, 0x40];
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const simd = (operation: number, ...operands: number[]): Code => [0xfd, ...leb(operation), ...operands];
const load = (offset: number): Code => simd(0, 4, offset);
const splat = (offset: number): Code => simd(9, 2, offset);
const store = (offset: number): Code => simd(11, 4, offset);
const [ADD, MULTIPLY, MULTIPLY_AND_ADD] = [simd(0xe4), simd(0xe6), simd(0x105)];
const [ADD_I32, SHIFT_LEFT, IS_BELOW] = [0x6a, 0x74, 0x49];
/** A constant below 8192. */
const constant = (x: number): Code => [0x41, (x & 127) | 128, x >> 7];
const advance = (local: number, bytes: number): Code => [...get(local), ...constant(bytes), ADD_I32, ...set(local)];
const loopWhile = (condition: Code, body: Code): Code => [
  0x03,
  NO_RESULT,
  ...condition,
  0x04,
  NO_RESULT,
  ...body,
  0x0c,
  1,
  0x0b,
  0x0b,
];
const END = 0x0b;

/**
 * The binary of a module of tiles: products of a few rows and columns. Each is one straight loop between loads and stores, which V8 can
 * join into operations of 256 bits. Each is a function (inner, a, aRow, b, from, c, cRow): `b` is a packed panel with the columns'
 * numbers for each of `inner` k, and the rows of c are `cRow` bytes apart.
 *
 * @param isFused - whether a multiplication and an addition are one operation with one rounding; this needs an engine with relaxed SIMD
 */
export function tilesBinary(isFused: boolean, tiles = TILES): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, ...list(new Array<Code>(7).fill([I32])), 0]]),
    // a memory with a maximum of 65536 pages
    ...section(2, [[...text('env'), ...text('memory'), 2, 1, 0, ...leb(65536)]]),
    ...section(
      3,
      tiles.map(() => [0]),
    ),
    ...section(
      7,
      tiles.map(({ name }, i) => [...text(name), 0, i]),
    ),
    ...section(
      10,
      tiles.map((kind) => sized(codeOf(kind, isFused))),
    ),
  ]);
}

function codeOf({ adds, isInPlace, rows, vectors }: TileKind, isFused: boolean): Code {
  const [inner, a, aRow, b, from, c, cRow, firstAddress] = [0, 1, 2, 3, 4, 5, 6, 7];
  const across = Array.from({ length: vectors }, (_, v) => v);
  const down = Array.from({ length: rows }, (_, row) => row);
  // the addresses of rows, and the end of b; then x, the vectors of b, and the sums
  const addresses = 2 * rows + 1;
  const aOf = (row: number): number => (row === 0 ? a : firstAddress + row);
  const cOf = (row: number): number => (row === 0 ? c : firstAddress + rows + row);
  const end = firstAddress;
  const x = firstAddress + addresses;
  const bOf = (v: number): number => x + 1 + v;
  const sumOf = (row: number, v: number): number => x + 1 + vectors * (1 + row) + v;

  const each = (code: (row: number, v: number) => Code): Code =>
    down.flatMap((row) => across.flatMap((v) => code(row, v)));
  const forEachRow = (address: (row: number) => number, step: number): Code =>
    down.slice(1).flatMap((row) => [...get(address(row - 1)), ...get(step), ADD_I32, ...set(address(row))]);
  const product = (row: number, v: number): Code => {
    const [sum, factors] = [get(sumOf(row, v)), [...get(x), ...get(bOf(v))]];
    return [
      ...(isFused ? [...factors, ...sum, ...MULTIPLY_AND_ADD] : [...sum, ...factors, ...MULTIPLY, ...ADD]),
      ...set(sumOf(row, v)),
    ];
  };
  return [
    ...list([
      [addresses, I32],
      [1 + vectors * (1 + rows), V128],
    ]),
    ...forEachRow(cOf, cRow),
    ...(isInPlace ? forEachRow(aOf, aRow) : []),
    ...each((row, v) => [...get(from), ...load(16 * v), ...set(sumOf(row, v))]),
    ...get(b),
    ...get(inner),
    ...constant(vectors === 2 ? 5 : 6),
    SHIFT_LEFT,
    ADD_I32,
    ...set(end),
    ...loopWhile(
      [...get(b), ...get(end), IS_BELOW],
      [
        ...down.flatMap((row) => [
          ...(isInPlace ? [...get(aOf(row)), ...splat(0)] : [...get(a), ...splat(4 * row)]),
          ...set(x),
          // loaded one by one when needed: loading all at once needs more registers than a processor has
          ...across.flatMap((v) => [
            ...(row === 0 ? [...get(b), ...load(16 * v), ...set(bOf(v))] : []),
            ...product(row, v),
          ]),
        ]),
        ...(isInPlace ? down.flatMap((row) => advance(aOf(row), 4)) : advance(a, 4 * rows)),
        ...advance(b, 16 * vectors),
      ],
    ),
    // all loads come before the stores: V8 does not join loads that have stores between them
    ...(adds
      ? each((row, v) => [...get(sumOf(row, v)), ...get(cOf(row)), ...load(16 * v), ...ADD, ...set(sumOf(row, v))])
      : []),
    ...each((row, v) => [...get(cOf(row)), ...get(sumOf(row, v)), ...store(16 * v)]),
    END,
  ];
}
