import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { agrees } from '../../src/wasm/heap/agrees.js';
import { moduleCalls, wordsOfProduct, type ModuleCalls } from '../../src/wasm/heap/module-calls.generated.js';
import { compileModule, instantiate, NARROW, type ModuleParts, type Tiles } from '../../src/wasm/heap/module.js';
import { tilesBinary } from '../../src/wasm/heap/tiles-binary.js';
import { enableWasmTraining, type Arithmetic } from '../../src/wasm/index.js';
import { bundleOf } from '../support/bundle.js';
import { seededNumbers } from './seeded-numbers.js';

/** Relaxed SIMD is missing in Node 20. */
const hasRelaxed = parseInt(process.versions.node) >= 22;

interface Calls {
  readonly run: ModuleCalls;
  readonly heap: Float32Array;
}
function start(parts: ModuleParts): Calls {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536 });
  return { run: moduleCalls(instantiate(parts, memory)), heap: new Float32Array(memory.buffer) };
}
const narrow = start(compileModule(NARROW, false));
const wide = start(compileModule({ isWide: true, isFused: false }, false));
const fused = hasRelaxed ? [false, true].map((isWide) => start(compileModule({ isWide, isFused: true }, false))) : [];

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly isTransposed: readonly [boolean, boolean];
  readonly negativeSlope: number;
  readonly hasBias: boolean;
}
const [A, B, BIAS, C, PRODUCT, SCRATCH] = [0, 2 ** 20, 2 ** 21, 2 ** 21 + 2 ** 16, 2 ** 22 - 64, 2 ** 22];

/** A product by one of the modules, from the same numbers. */
function multiply({ run, heap }: Calls, shape: Shape): Float32Array {
  const { rows, columns, inner, isTransposed, negativeSlope, hasBias } = shape;
  heap.set(seededNumbers(rows * inner, 1), A / 4);
  heap.set(seededNumbers(inner * columns, 2), B / 4);
  heap.set(seededNumbers(columns, 3), BIAS / 4);
  const [aRow, aColumn] = isTransposed[0] ? [1, rows] : [inner, 1];
  const [bRow, bColumn] = isTransposed[1] ? [1, inner] : [columns, 1];
  const words = wordsOfProduct({
    count: 1,
    rows,
    columns,
    inner,
    a: { at: A, row: aRow, column: aColumn, next: 0 },
    b: { at: B, row: bRow, column: bColumn, next: 0 },
    c: { at: C, row: columns, column: 1, next: 0 },
  });
  new Int32Array(heap.buffer).set(words, PRODUCT / 4);
  run.multiply({ product: PRODUCT, bias: hasBias ? BIAS : 0, negativeSlope, scratch: SCRATCH });
  return heap.slice(C / 4, C / 4 + rows * columns);
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  rows: fc.integer({ min: 1, max: 21 }),
  columns: fc.integer({ min: 1, max: 70 }),
  inner: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 630, max: 1400 })),
  isTransposed: fc.tuple(fc.boolean(), fc.boolean()),
  negativeSlope: fc.constantFrom(1, 0, Math.fround(0.2)),
  hasBias: fc.boolean(),
});

describe('wide tiles', () => {
  it('give the bits of narrow ones for products of every size', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(multiply(wide, shape)).toEqual(multiply(narrow, shape));
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  it.skipIf(!hasRelaxed)(
    'and fused ones, which are as wide or not, give the same bits as each other, and near sums',
    () => {
      fc.assert(
        fc.property(shapes, (shape) => {
          const [ofNarrow, ofWide] = fused.map((calls) => multiply(calls, shape)) as [Float32Array, Float32Array];
          expect(ofWide).toEqual(ofNarrow);
          const plain = multiply(narrow, shape);
          const largest = Math.max(...ofWide.map((x, i) => Math.abs(x - plain[i]!)));
          // a sum of n products of numbers below 1, each rounded
          expect(largest).toBeLessThan(2 ** -23 * shape.inner + 1e-7);
        }),
        { seed: 8, numRuns: 60 },
      );
    },
  );
});

/** The root of the mean square of the errors of a product, against float64. */
function errorOf(calls: Calls, shape: Shape): number {
  const { rows, columns, inner } = shape;
  const product = multiply(calls, shape);
  const [a, b] = [seededNumbers(rows * inner, 1), seededNumbers(inner * columns, 2)];
  let squares = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let exact = 0;
      for (let k = 0; k < inner; k++) exact += a[i * inner + k]! * b[k * columns + j]!;
      squares += (product[i * columns + j]! - exact) ** 2;
    }
  return Math.sqrt(squares / (rows * columns));
}

it.skipIf(!hasRelaxed)('fused products are at least as near to float64 as others', () => {
  for (const inner of [20, 128, 512, 784, 1400]) {
    const shape = {
      rows: 20,
      columns: 64,
      inner,
      isTransposed: [false, false],
      negativeSlope: 1,
      hasBias: false,
    } as const;
    for (const calls of fused) expect(errorOf(calls, shape)).toBeLessThan(1.02 * errorOf(narrow, shape));
  }
});

describe('the check at the start', () => {
  const wideTiles: Tiles = { isWide: true, isFused: false };

  it('passes the tiles of the package', () => {
    expect(agrees(compileModule(wideTiles, false), false)).toBe(true);
    if (hasRelaxed) expect(agrees(compileModule({ isWide: true, isFused: true }, false), true)).toBe(true);
  });

  // instructions of the last tile, c + a b with 16 columns, and others of the same length
  const [add, multiply, max] = ['fde401', 'fde601', 'fde901'];
  it.each([
    ['adds where it should multiply, in the last column', multiply, add],
    ['does not add what stands there', add, max],
    ['begins with other numbers than the bias', '2004fd000430', '2005fd000430'],
  ])('finds tiles of an engine that %s', (_, right, wrong) => {
    const hexadecimal = Buffer.from(tilesBinary(false)).toString('hex');
    const at = hexadecimal.lastIndexOf(right);
    expect(at).toBeGreaterThan(0);
    const binary = Buffer.from(hexadecimal.slice(0, at) + wrong + hexadecimal.slice(at + right.length), 'hex');
    const parts = { ...compileModule(wideTiles, false), tiles: new WebAssembly.Module(binary) };
    expect(agrees(parts, false)).toBe(false);
  });

  it.skipIf(!hasRelaxed)('finds tiles of an engine that rounds once where twice was promised', () => {
    const parts = { ...compileModule(wideTiles, false), tiles: new WebAssembly.Module(tilesBinary(true)) };
    expect(agrees(parts, false)).toBe(false);
  });
});

it.skipIf(process.env['ARITHMETIC'] === 'fused')('an engine without SIMD is refused', async () => {
  const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  try {
    await expect(enableWasmTraining({ fused: true })).rejects.toThrow(
      'enableWasmTraining: `engine` must have SIMD; got one without. ' +
        'Take Node 16.4, Chromium 91, Firefox 89 or Safari 16.4, or a later version.',
    );
  } finally {
    validate.mockRestore();
  }
});

describe('the report of enableWasmTraining', () => {
  it('says how products are computed and how fast, the same at every call', async () => {
    const { arithmetic } = await enableWasmTraining();
    expect(arithmetic.gigaflops).toBeGreaterThan(0);
    expect((await enableWasmTraining({ threads: 2 })).arithmetic).toBe(arithmetic);
  });

  it('reports the arithmetic in use, and why it differs from the requested one, even after the start', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      bundleOf('tests/wasm/programs/arithmetic.ts'),
    ]);
    const { asked, again, late, product } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, Arithmetic>;
    // a flag that V8 does not know would be complained of here
    expect(stderr).toBe('');
    expect(again).toEqual(asked);
    expect(late).toEqual({ ...asked, reason: 'the backend had started with these tiles' });
    expect(product).toBe(30);
    expect(asked!.fused).toBe(hasRelaxed);
    if (asked!.tiles === 'narrow' || !hasRelaxed)
      expect(asked!.reason).toMatch(/^(Node 2\d\S* has no wide|this engine )/);
    else expect(asked!.reason).toBeUndefined();
  });
});
