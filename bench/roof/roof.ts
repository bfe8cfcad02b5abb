/** How many additions and multiplications per second a processor's SIMD unit does in wasm, on one thread and on two at once. */
import { Worker } from 'node:worker_threads';
import { assemble } from '../../scripts/assembly.js';

/** Billions of additions and multiplications per second. */
export interface Roof {
  /** The best two milliseconds of one thread: the number with which to compare minima. */
  readonly alone: number;
  /** The sum of two threads over some time, in which they share the free processors: twice `alone` if two are free. */
  readonly both: number;
}

/** Six independent additions and six multiplications per turn, of four numbers each: none waits for another. */
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
    return { alone: Math.max(alone.best, ...both.map(({ best }) => best)), both: both[0]!.mean + both[1]!.mean };
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** The better of two. */
export function bestRoof(one: Roof | undefined, other: Roof): Roof {
  return { alone: Math.max(one?.alone ?? 0, other.alone), both: Math.max(one?.both ?? 0, other.both) };
}
