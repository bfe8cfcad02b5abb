import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, MODULE_FLAGS } from '../../scripts/assembly.js';
import { tileSource } from '../../scripts/tile-source.js';
import { agrees } from '../../src/wasm/heap/agrees.js';
import { moduleCalls, type ModuleCalls } from '../../src/wasm/heap/module-calls.generated.js';
import { compileModule, instantiate, NARROW, type ModuleParts, type Tiles } from '../../src/wasm/heap/module.js';
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
  readonly slope: number;
  readonly hasBias: boolean;
}
const [A, B, BIAS, C, SCRATCH] = [0, 2 ** 20, 2 ** 21, 2 ** 21 + 2 ** 16, 2 ** 22];

/** A product by one of the modules, from the same numbers. */
function multiply({ run, heap }: Calls, { rows, columns, inner, isTransposed, slope, hasBias }: Shape): Float32Array {
  heap.set(seededNumbers(rows * inner, 1), A / 4);
  heap.set(seededNumbers(inner * columns, 2), B / 4);
  heap.set(seededNumbers(columns, 3), BIAS / 4);
  const [aRow, aColumn] = isTransposed[0] ? [1, rows] : [inner, 1];
  const [bRow, bColumn] = isTransposed[1] ? [1, inner] : [columns, 1];
  const strides = { aRow, aColumn, aNext: 0, bRow, bColumn, bNext: 0, cRow: columns, cNext: 0 };
  const places = { a: A, b: B, c: C, bias: hasBias ? BIAS : 0, scratch: SCRATCH };
  run.multiply({ count: 1, rows, columns, inner, slope, ...strides, ...places });
  return heap.slice(C / 4, C / 4 + rows * columns);
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  rows: fc.integer({ min: 1, max: 21 }),
  columns: fc.integer({ min: 1, max: 70 }),
  inner: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 630, max: 1400 })),
  isTransposed: fc.tuple(fc.boolean(), fc.boolean()),
  slope: fc.constantFrom(1, 0, Math.fround(0.2)),
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
    const shape = { rows: 20, columns: 64, inner, isTransposed: [false, false], slope: 1, hasBias: false } as const;
    for (const calls of fused) expect(errorOf(calls, shape)).toBeLessThan(1.02 * errorOf(narrow, shape));
  }
});

describe('the check at the start', () => {
  const wideTiles: Tiles = { isWide: true, isFused: false };

  it('passes the tiles of the package', () => {
    expect(agrees(compileModule(wideTiles, false), false)).toBe(true);
    if (hasRelaxed) expect(agrees(compileModule({ isWide: true, isFused: true }, false), true)).toBe(true);
  });

  it.each([
    ['forgets a product in the last column', /(s33 = f32x4.add\(s33, )f32x4.mul\(x, b3\)/, '$1x'],
    ['begins with zeros and not with the bias', /let s21 = v128.load\(from, 16\)/g, 'let s21 = f32x4.splat(0)'],
    ['does not add what stands there', /s10 = f32x4.add\(s10, v128.load\(c1, 0\)\)/g, 's10 = s10'],
    [
      'rounds once where twice was promised',
      /s00 = f32x4.add\(s00, (f32x4.mul\(x, b0\))\)/g,
      's00 = f32x4.add($1, f32x4.mul(s00, f32x4.splat(1.0000001)))',
    ],
  ])('finds tiles of an engine that %s', async (_, right, wrong) => {
    const source = tileSource(false).replace(right, wrong);
    expect(source).not.toBe(tileSource(false));
    const binary = await assemble('tiles.ts', MODULE_FLAGS, (path) => (path === 'tiles.ts' ? source : null));
    const parts = { ...compileModule(wideTiles, false), tiles: new WebAssembly.Module(binary) };
    expect(agrees(parts, false)).toBe(false);
  });
});

describe('the report of enableWasmTraining', () => {
  it('says how products are computed and how fast, the same at every call', async () => {
    const { arithmetic } = await enableWasmTraining();
    expect(arithmetic.gigaflops).toBeGreaterThan(0);
    expect((await enableWasmTraining({ threads: 2 })).arithmetic).toBe(arithmetic);
  });

  it('says what is in use, and why it is not what was requested, even after the start', async () => {
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
