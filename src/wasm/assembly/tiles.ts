// What the module imports from the tiles: src/wasm/heap/tiles-binary.ts, which says what they compute. Their choice is the engine's, made
// once when the module starts: see src/wasm/heap/arithmetic.ts.

/** Columns of a full panel of the right operand: NARROW or WIDE. */
export declare const panelColumns: i32;
/** Whether narrow panels, too, are multiplied by the imported tiles and not by the module's own. */
export declare const importsNarrow: bool;

export declare function sum8(inner: i32, a: usize, aRow: usize, b: usize, from: usize, c: usize, cRow: usize): void;
export declare function add8(inner: i32, a: usize, aRow: usize, b: usize, from: usize, c: usize, cRow: usize): void;
export declare function sumRows8(inner: i32, a: usize, aRow: usize, b: usize, from: usize, c: usize, cRow: usize): void;
export declare function addRows8(inner: i32, a: usize, aRow: usize, b: usize, from: usize, c: usize, cRow: usize): void;
export declare function sum16(inner: i32, a: usize, aRow: usize, b: usize, from: usize, c: usize, cRow: usize): void;
export declare function add16(inner: i32, a: usize, aRow: usize, b: usize, from: usize, c: usize, cRow: usize): void;
export declare function sumRows16(
  inner: i32,
  a: usize,
  aRow: usize,
  b: usize,
  from: usize,
  c: usize,
  cRow: usize,
): void;
export declare function addRows16(
  inner: i32,
  a: usize,
  aRow: usize,
  b: usize,
  from: usize,
  c: usize,
  cRow: usize,
): void;
