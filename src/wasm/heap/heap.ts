import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { endAll, type Helper } from '../threads/helper.js';
import { createPool, type Pool } from '../threads/pool.js';
import { arithmeticInUse, type Arithmetic } from './arithmetic.js';
import {
  moduleCalls,
  type InOrder,
  type ModuleCalls,
  type ModuleFunction,
  type ModuleJobs,
} from './module-calls.generated.js';
import { compileModule, instantiate, type ModuleParts } from './module.js';
import { createScratch, type Allocator } from './scratch.js';
import { watchHeap } from './watch-heap.js';

/**
 * All non-public parts of tfjs's wasm backend that are used: its memory, its allocator, and the addresses of tensors.
 * tests/wasm/heap.test.ts checks them against tfjs 4.22.
 */
interface Internals {
  readonly wasm?: Partial<Allocator> & {
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    /** Present in the binary that tfjs uses in a page when its own threads can run. */
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
   * Runs a function of the module once for each job, whose numbers are its arguments, and returns when all are done. The
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
  /** Whether threads can share its memory. */
  readonly isShared: boolean;
  /**
   * Lets `runAll` use these threads, and no others, as soon as all have started or failed to start. Never throws: see
   * `whyNoMore`.
   */
  useHelpers(starting: readonly Promise<Helper>[]): Promise<void>;
  /** How many threads `runAll` uses. */
  threads(): number;
  /** Why it uses no more; undefined while it uses all that it was given. */
  whyNoMore(): string | undefined;
  /** Ends all threads but the main one, and frees the scratch memory. */
  release(): void;
}

const HEAP: unique symbol = Symbol.for('tfjs-generative: module on this backend') as never;
type Marked = BackendWasm & { [HEAP]?: Heap | null };

/** The heap of a backend; null where the backend or its memory is of an unknown kind, or the engine has no SIMD. */
export function heapOf(backend: unknown): Heap | null {
  const marked = backend as Marked;
  if (marked[HEAP] === undefined) marked[HEAP] = createHeap(marked);
  return marked[HEAP];
}

function createHeap(backend: BackendWasm): Heap | null {
  const { wasm, dataIdMap } = backend as unknown as Internals;
  const memory = wasm?.asm?.memory ?? wasm?.wasmMemory;
  const isKnown = wasm?._malloc !== undefined && wasm._free !== undefined && typeof dataIdMap?.get === 'function';
  if (!(memory instanceof WebAssembly.Memory) || !isKnown) return null;
  watchHeap(backend);
  const isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  const own = startModule(memory, isShared);
  if (own === undefined) return null;
  const { parts, exported, arithmetic } = own;
  const run: ModuleCalls = moduleCalls(exported);

  let pool: Pool<ModuleJobs> | undefined;
  /** The helpers to use once they have started: others may be wanted by then, or none. */
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
    isShared,
    useHelpers: async (helpers: readonly Promise<Helper>[]) => {
      if (!isShared) return endAll(helpers);
      wanted = helpers;
      const inOrder = moduleCalls(listers(exported));
      const started = await createPool({ helpers, memory, parts, calls: run, inOrder, onLost: scratch.keepUntil });
      if (wanted !== helpers) return started.stop();
      pool?.stop();
      pool = started;
    },
    threads: () => (pool === undefined ? 1 : pool.threads()),
    whyNoMore: () => {
      if (!isShared) return 'the backend had started on a memory that threads cannot share';
      return pool === undefined ? 'there is no second thread' : pool.failure();
    },
    release,
  });
}

/** For each function of the module, one that only returns its arguments. */
function listers(exported: InOrder<unknown>): InOrder<readonly (number | boolean)[]> {
  const list = (...inOrder: (number | boolean)[]): (number | boolean)[] => inOrder;
  return Object.fromEntries(Object.keys(exported).map((name) => [name, list])) as unknown as InOrder<
    readonly (number | boolean)[]
  >;
}

function startModule(
  memory: WebAssembly.Memory,
  isShared: boolean,
): { readonly parts: ModuleParts; readonly exported: InOrder<number>; readonly arithmetic: Arithmetic } | undefined {
  try {
    const { tiles, report: arithmetic } = arithmeticInUse();
    const parts = compileModule(tiles, isShared);
    return { parts, exported: instantiate(parts, memory), arithmetic };
  } catch (error) {
    // an engine without SIMD, or a memory of another kind
    if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) return undefined;
    throw error;
  }
}
