/** How many additions and multiplications per second a processor's SIMD unit does in wasm, on one thread and on two at once. */
import { Worker } from 'node:worker_threads';
import { assemble } from '../../scripts/assembly.js';
import { tilesBinary } from '../../src/wasm/heap/tiles-binary.js';
import { lastLineOf } from '../report.js';

/** Billions of additions and multiplications per second. */
export interface Roof {
  /** The best rate of one thread over two milliseconds; compare minima with this number. */
  readonly alone: number;
  /** The sum of two threads over some time, in which they share the free processors: twice `alone` if two are free. */
  readonly both: number;
  /**
   * The best rate of any tile in the first cache, with vectors as wide as the engine makes them, plain and fused; the latter is 0
   * without relaxed SIMD.
   */
  readonly wide: number;
  readonly fused: number;
}

/** Rows, and vectors of four columns, that fit the registers of 128 or 256 bits. */
const TILES = [
  [4, 2],
  [4, 4],
  [5, 4],
  [6, 4],
] as const;

/** The best tile of this engine, plain and fused. */
function measureTiles(): Pick<Roof, 'wide' | 'fused'> {
  const best = (isFused: boolean): number => {
    const made = TILES.map(([rows, vectors]) => {
      const binary = tilesBinary(isFused, [{ name: 'sum', adds: false, isInPlace: false, rows, vectors }]);
      return { rows, vectors, binary: Buffer.from(binary).toString('base64') };
    });
    const list = ['bench/roof/tile-rates.mjs', JSON.stringify(made)];
    return Math.max(...(lastLineOf<number[]>(process.execPath, list, 'tiles') ?? [0]));
  };
  return { wide: best(false), fused: best(true) };
}

/** Six independent additions and six multiplications of four numbers per iteration: none waits for another. */
const source = `
export function turn(turns: i32, out: usize): void {
  const x = v128.load(out), y = v128.load(out, 16);
  let a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x;
  let m0 = y, m1 = y, m2 = y, m3 = y, m4 = y, m5 = y;
  for (let i = 0; i < turns; i++) {
    a0 = f32x4.add(a0, x); m0 = f32x4.mul(m0, y);
    a1 = f32x4.add(a1, x); m1 = f32x4.mul(m1, y);
    a2 = f32x4.add(a2, x); m2 = f32x4.mul(m2, y);
    a3 = f32x4.add(a3, x); m3 = f32x4.mul(m3, y);
    a4 = f32x4.add(a4, x); m4 = f32x4.mul(m4, y);
    a5 = f32x4.add(a5, x); m5 = f32x4.mul(m5, y);
  }
  const sums = f32x4.add(f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3)), f32x4.add(a4, a5));
  const products = f32x4.add(f32x4.add(f32x4.add(m0, m1), f32x4.add(m2, m3)), f32x4.add(m4, m5));
  v128.store(out, f32x4.add(sums, products), 32);
}`;

/** What a thread measures; see thread.mjs. */
type Rates = Readonly<Record<'best' | 'mean', number>>;

/** Measures one thread for `milliseconds`, and then two at once for as long. */
export async function measureRoof(milliseconds = 400): Promise<Roof> {
  const flags = '--runtime stub --noAssert --initialMemory 1 -O3 --enable simd --use abort=';
  const bytes = await assemble('roof.ts', flags, (path) => (path === 'roof.ts' ? source : null));
  const module = await WebAssembly.compile(bytes);
  const threads = [1, 2].map(() => new Worker(new URL('thread.mjs', import.meta.url), { workerData: module }));
  const ratesOf = (thread: Worker, start: number): Promise<Rates> =>
    new Promise((resolve, reject) => {
      thread.once('message', resolve).once('error', reject);
      thread.postMessage({ start, milliseconds });
    });
  try {
    // the threads are ready when the first rates come back
    await Promise.all(threads.map((thread) => ratesOf(thread, 0)));
    const alone = await ratesOf(threads[0]!, 0);
    const both = await Promise.all(threads.map((thread) => ratesOf(thread, Date.now() + 20)));
    return {
      alone: Math.max(alone.best, ...both.map(({ best }) => best)),
      both: both[0]!.mean + both[1]!.mean,
      ...measureTiles(),
    };
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** The better of two. */
export function bestRoof(one: Roof | undefined, other: Roof): Roof {
  const greater = (name: keyof Roof): number => Math.max(one?.[name] ?? 0, other[name]);
  return { alone: greater('alone'), both: greater('both'), wide: greater('wide'), fused: greater('fused') };
}
