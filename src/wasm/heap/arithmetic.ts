import { unusable } from '../../tensor/errors.js';
import { agrees } from './agrees.js';
import { compileModule, compileTiles, NARROW, type TileFunctions, type Tiles } from './module.js';
import { tilesBinary } from './tiles-binary.js';

/** How the module multiplies matrices: see {@link WasmTrainingReport}. */
export interface Arithmetic {
  /** `wide` if the engine computes tiles of 16 columns faster, with vectors of 256 bits; otherwise `narrow`. */
  readonly tiles: 'narrow' | 'wide';
  /** Whether multiplications and additions are fused. */
  readonly fused: boolean;
  /** The billions of additions and multiplications per second that these tiles reached on this thread. */
  readonly gigaflops: number;
  /** Why it is not what was requested. */
  readonly reason?: string | undefined;
}

/** The request of a caller. */
export interface ArithmeticRequest {
  /** Whether vectors of 256 bits were requested; otherwise they are used only if the engine makes them by itself. */
  readonly wide: boolean;
  readonly fused: boolean;
}

/** Wide tiles are used if they are faster by this factor: a smaller gain may be chance. */
const MIN_GAIN = 1.15;
const isWider = ([narrow, wide]: readonly [number, number]): boolean => wide > MIN_GAIN * narrow;

/**
 * Chooses the tiles: fused ones only if they were requested and the engine has them, wide ones if they are faster here. A wide tile
 * gives the same bits as a narrow one, so the measurement affects only the speed.
 */
function chooseArithmetic(
  where: string,
  { wide, fused }: ArithmeticRequest,
): { readonly tiles: Tiles; readonly report: Arithmetic } {
  if (!WebAssembly.validate(tilesBinary(false))) {
    const fix = 'Take Node 16.4, Chromium 91, Firefox 89 or Safari 16.4, or a later version.';
    throw unusable(where, 'engine', 'must have SIMD', { seen: 'one without', fix });
  }
  let reason = wide ? askForWideVectors() : undefined;
  const isFused = fused && WebAssembly.validate(tilesBinary(true));
  if (fused && !isFused) reason = 'this engine has no relaxed SIMD';
  const functions = tilesOrNone(isFused);
  if (functions === undefined) {
    reason = 'WebAssembly is forbidden here';
    return { tiles: NARROW, report: { tiles: 'narrow', fused: false, gigaflops: 0, reason } };
  }

  const isAsked = wide && reason === undefined;
  const rates = measure(isAsked ? compileAtOnce(functions) : functions, isAsked);
  let tiles: Tiles = { isWide: isWider(rates), isFused };
  if (wide && !tiles.isWide) reason ??= 'this engine does not join vectors to wider ones';
  if ((tiles.isWide || isFused) && !agrees(compileModule(tiles, false), isFused)) {
    reason = 'wide or fused tiles gave wrong products here';
    tiles = NARROW;
  }
  const gigaflops = Math.round(10 * rates[tiles.isWide ? 1 : 0]) / 10;
  const report = {
    tiles: tiles.isWide ? 'wide' : 'narrow',
    fused: tiles.isFused,
    gigaflops,
    ...(reason && { reason }),
  } as const;
  return { tiles, report };
}

/** The oldest Node whose V8 joins vectors. */
const WIDE_NODE = 24;

/** Sets V8's flag if possible, and otherwise returns why not. Code that is compiled from now on has wide vectors. */
function askForWideVectors(): string | undefined {
  const node = globalThis.process?.versions?.node as string | undefined;
  if (node === undefined) return 'only Node can be asked for wide vectors';
  if (parseInt(node) < WIDE_NODE) return `Node ${node} has no wide vectors; Node ${WIDE_NODE} and later have`;
  try {
    setFlag('--experimental-wasm-revectorize');
    return undefined;
  } catch (error) {
    // an engine other than V8 that reports a version of Node, such as Bun's
    return `this engine takes no flag of V8: ${String(error)}`;
  }
}

function setFlag(flag: string): void {
  globalThis.process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}

/**
 * Compiles tiles with V8's optimizing compiler at once; by itself V8 does so after some milliseconds, in another thread, which may be slow.
 */
function compileAtOnce(tiles: TileFunctions): TileFunctions {
  setFlag('--no-liftoff');
  try {
    for (const tile of [tiles.sum8, tiles.sum16]) tile(0, ...PLACES);
  } finally {
    setFlag('--liftoff');
  }
  return tiles;
}

/** The tiles; undefined if a content security policy forbids WebAssembly, which the start of the backend then reports. */
function tilesOrNone(isFused: boolean): TileFunctions | undefined {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
    return new WebAssembly.Instance(compileTiles(isFused, false), { env: { memory } })
      .exports as unknown as TileFunctions;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}

/** The addresses for a measurement: 4 numbers of a and 16 of b for each k, the initial sums, and the tile and its row stride. */
const PLACES = [0, 0, 4096, 24_576, 28_672, 64] as const;
/** Milliseconds: an engine optimizes only code that has run for a while. */
const [MIN_MILLISECONDS, CALM, MAX_MILLISECONDS] = [10, 5, 200];
const BURST = 0.5;
/** A rate that grows by less than this factor has settled. */
const GROWTH = 1.1;
const INNER = 256;

/** The billions of operations per second of narrow and wide tiles: the best of many bursts. 1 and 0 if the clock is too coarse to tell. */
function measure({ sum8, sum16 }: TileFunctions, isAsked: boolean): readonly [narrow: number, wide: number] {
  const best: [number, number] = [1, 0];
  const began = performance.now();
  let [now, grown, isFine] = [began, began, false];
  const burst = (sum: typeof sum8, i: 0 | 1): void => {
    const start = performance.now();
    let calls = 0;
    for (; (now = performance.now()) - start < BURST; calls += 4) for (let k = 0; k < 4; k++) sum(INNER, ...PLACES);
    if ((now - start) % 1 !== 0) isFine = true;
    const rate = (calls * 2 * 4 * (8 + 8 * i) * INNER) / ((now - start) * 1e6);
    if (rate > GROWTH * best[i]) grown = now;
    best[i] = Math.max(best[i], rate);
  };
  // unless the tiles were compiled at once, narrow ones may only now have become fast
  const confirm = (): void => {
    best[1] = 0;
    for (let i = 0; i < 4; i++) {
      burst(sum8, 0);
      burst(sum16, 1);
    }
  };
  const isSettled = (): boolean => now - grown > CALM && (!isAsked || isWider(best));
  do {
    burst(sum8, 0);
    burst(sum16, 1);
    // tiles that were requested are waited for
  } while (now - began < MIN_MILLISECONDS || (!isSettled() && now - began < MAX_MILLISECONDS));
  if (!isFine) return [1, 0];
  if (!isAsked && isWider(best)) confirm();
  return best;
}

/** The choice, for every copy of this module, such as the CommonJS build next to the ES module. */
interface Chosen {
  readonly request: ArithmeticRequest;
  readonly tiles: Tiles;
  readonly report: Arithmetic;
}
const CHOSEN: unique symbol = Symbol.for('tfjs-generative: arithmetic of the wasm module') as never;
type Marked = typeof globalThis & { [CHOSEN]?: Chosen };

/** The last choice; the module's own tiles if none was made. */
export function arithmeticInUse(): Pick<Chosen, 'tiles' | 'report'> {
  return (globalThis as Marked)[CHOSEN] ?? { tiles: NARROW, report: { tiles: 'narrow', fused: false, gigaflops: 0 } };
}

/** Chooses for the backend's next start, unless that was done for the same request; an undefined option is as in the previous call. */
export function useArithmetic(
  where: string,
  asked: { readonly [Name in keyof ArithmeticRequest]: boolean | undefined },
): Arithmetic {
  const marked = globalThis as Marked;
  const before = marked[CHOSEN];
  const request = {
    wide: asked.wide ?? before?.request.wide ?? false,
    fused: asked.fused ?? before?.request.fused ?? false,
  };
  if (before !== undefined && before.request.wide === request.wide && before.request.fused === request.fused)
    return before.report;
  const chosen = { request, ...chooseArithmetic(where, request) };
  marked[CHOSEN] = chosen;
  return chosen.report;
}
