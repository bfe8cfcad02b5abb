import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { endAll, type Helper } from '../threads/helper.js';
import { createPool, type Pool } from '../threads/pool.js';
import { unusable } from '../../tensor/errors.js';
import { arithmeticInUse, type Arithmetic } from './arithmetic.js';
import { share, WORTH_DIVIDING } from './jobs.js';
import {
  moduleCalls,
  type InOrder,
  type ModuleCalls,
  type ModuleFunction,
  type ModuleJobs,
} from './module-calls.generated.js';
import { compileModule, instantiate } from './module.js';
import { createScratch, type Allocator } from './scratch.js';
import { watchHeap } from './watch-heap.js';

/**
 * All non-public parts of tfjs's wasm backend that are used: its memory, its allocator, and the addresses of tensors.
 * tests/wasm/heap.test.ts checks them against tfjs 4.22.
 */
interface Internals {
  readonly wasm?: Partial<Allocator> & {
    /** The whole memory; a new view after it has grown. */
    readonly HEAP32?: Int32Array;
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    /** Present in the binary that tfjs uses in a page if its own threads can run. */
    readonly wasmMemory?: WebAssembly.Memory;
  };
  readonly dataIdMap?: { get(dataId: object): { readonly memoryOffset: number } };
}

/** The module, running on the heap of one backend. */
export interface Heap {
  readonly backend: BackendWasm;
  readonly run: ModuleCalls;
  /** How its products are computed. */
  readonly arithmetic: Arithmetic;
  /**
   * Runs a function of the module once for each job, with the job's numbers as arguments, and returns when all are done. The
   * jobs run in any order, as many at once as there are threads: they must write to different memory, scratch included. A job
   * whose thread fails is run again, so no job may change its own input.
   */
  runAll<Name extends ModuleFunction>(name: Name, jobs: readonly ModuleJobs[Name][]): void;
  /** The address of a tensor's numbers; valid until the tensor is disposed. */
  addressOf(x: TensorInfo): number;
  /** Makes a float32 tensor with uninitialised numbers. */
  make(shape: readonly number[]): TensorInfo;
  /** The address of at least this many bytes, 64-byte aligned, for the duration of one kernel. */
  scratch(bytes: number): number;
  /** Writes the words of a record. */
  write(address: number, words: readonly number[]): void;
  /** Whether threads can share its memory. */
  readonly isShared: boolean;
  /**
   * Lets `runAll` use these threads, and no others, once all have started or failed to start. Never throws: `whyNoMore` says what failed.
   */
  useHelpers(starting: readonly Promise<Helper>[]): Promise<void>;
  /** How many threads `runAll` uses. */
  threads(): number;
  /** Why `runAll` uses no more threads; undefined while it uses all that it was given. */
  whyNoMore(): string | undefined;
  /** Whether `runAll` leaves out the other threads for a while, since other programs use their processors. */
  isPaused(): boolean;
  /** Ends all threads except the main one, and frees the scratch memory. */
  release(): void;
}

const HEAP: unique symbol = Symbol.for('tfjs-generative: module on this backend') as never;
type Marked = BackendWasm & { [HEAP]?: Heap };

/**
 * The heap of a backend.
 *
 * @throws Error if the backend or its memory is of an unknown kind
 */
export function heapOf(backend: unknown): Heap {
  const marked = backend as Marked;
  return (marked[HEAP] ??= createHeap(marked));
}

/** Makes kernels that are called with this object as their backend use another heap. */
export function lendHeap(backend: object, heap: Heap): void {
  Object.defineProperty(backend, HEAP, { value: heap });
}

/**
 * Runs a function of the module for many numbers, each of which is independent of the others.
 *
 * @param jobOf - makes a job from the bytes before its first number, the count of its numbers, and its index
 */
export function runForNumbers<Name extends ModuleFunction>(
  heap: Heap,
  name: Name,
  size: number,
  jobOf: (at: number, n: number, index: number) => ModuleJobs[Name],
): void {
  // small networks do this often, and making a list of one job takes as long as the work itself
  if (size < WORTH_DIVIDING) (heap.run[name] as (job: ModuleJobs[Name]) => unknown)(jobOf(0, size, 0));
  else
    heap.runAll(
      name,
      share(heap.threads(), size).map(({ begin, count }, i) => jobOf(4 * begin, count, i)),
    );
}

function createHeap(backend: BackendWasm): Heap {
  const { wasm, dataIdMap } = backend as unknown as Internals;
  const memory = wasm?.asm?.memory ?? wasm?.wasmMemory;
  const isWhole = wasm?._malloc !== undefined && wasm._free !== undefined && wasm.HEAP32 !== undefined;
  const isKnown = isWhole && typeof dataIdMap?.get === 'function';
  if (!(memory instanceof WebAssembly.Memory) || !isKnown) {
    const [rule, seen] = ["must be tfjs's, as in its version 4.22", 'one whose memory is elsewhere'];
    throw unusable('enableWasmTraining', "backend 'wasm'", rule, { seen });
  }
  watchHeap(backend);
  const isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  const { tiles, report: arithmetic } = arithmeticInUse();
  const parts = compileModule(tiles, isShared);
  const exported = instantiate(parts, memory);
  const run: ModuleCalls = moduleCalls(exported);

  let pool: Pool<ModuleJobs> | undefined;
  /** The helpers to use once they have started; by then others may be requested, or none. */
  let wanted: readonly Promise<Helper>[] = [];
  const scratch = createScratch(wasm as Allocator);

  function release(): void {
    wanted = [];
    pool?.stop();
    scratch.free();
  }

  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    release();
    dispose();
  };

  return Object.freeze({
    backend,
    run,
    arithmetic,
    runAll: <Name extends ModuleFunction>(name: Name, jobs: readonly ModuleJobs[Name][]) => {
      if (pool !== undefined) return pool.run(name, jobs);
      const call = run[name] as (job: ModuleJobs[Name]) => unknown;
      for (const job of jobs) call(job);
    },
    addressOf: ({ dataId }: TensorInfo) => dataIdMap.get(dataId).memoryOffset,
    make: (shape: readonly number[]) => backend.makeOutput([...shape], 'float32'),
    scratch: scratch.take,
    write: (address: number, words: readonly number[]) => {
      const [heap, first] = [wasm.HEAP32!, address / 4];
      // a loop is faster than making a view of these words and copying into it
      for (let i = 0; i < words.length; i++) heap[first + i] = words[i]!;
    },
    isShared,
    useHelpers: async (helpers: readonly Promise<Helper>[]) => {
      if (!isShared) return endAll(helpers);
      wanted = helpers;
      const functions = { calls: run, names: Object.keys(exported), argumentsOf: moduleCalls(listers(exported)) };
      const started = await createPool({ helpers, memory, parts, ...functions, onLost: scratch.keepUntil });
      if (wanted !== helpers) return started.stop();
      pool?.stop();
      pool = started;
    },
    threads: () => (pool === undefined ? 1 : pool.threads()),
    whyNoMore: () => {
      if (!isShared) return 'the backend had started on a memory that threads cannot share';
      return pool === undefined ? 'there is no second thread' : pool.failure();
    },
    isPaused: () => pool?.isPaused() ?? false,
    release,
  });
}

/** For each function of the module, a function that only returns its arguments. */
function listers(exported: InOrder<unknown>): InOrder<readonly (number | boolean)[]> {
  const list = (...argumentsOf: (number | boolean)[]): (number | boolean)[] => argumentsOf;
  return Object.fromEntries(Object.keys(exported).map((name) => [name, list])) as unknown as InOrder<
    readonly (number | boolean)[]
  >;
}
