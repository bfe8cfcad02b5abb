import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { whyNoHelper, type Helper } from '../threads/helper.js';
import { createPool, type Pool } from '../threads/pool.js';
import { shareMemory } from '../threads/shared-memory.js';
import {
  moduleCalls,
  type InOrder,
  type ModuleCalls,
  type ModuleFunction,
  type ModuleJobs,
} from './module-calls.generated.js';
import { MODULE } from './module.generated.js';

/**
 * All that is used of tfjs's wasm backend and not public: its memory, its allocator, and where a tensor's numbers stand.
 * Checked against tfjs 4.22 by tests/wasm/heap.test.ts.
 */
interface Internals {
  readonly wasm?: {
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    /** Of the binary that tfjs takes in a page when its own threads can run. */
    readonly wasmMemory?: WebAssembly.Memory;
    readonly _malloc?: (bytes: number) => number;
    _free?: (address: number) => void;
  };
  readonly dataIdMap?: { get(dataId: object): { readonly memoryOffset: number } };
}

/** The module, at work on the heap of one backend. */
export interface Heap {
  readonly backend: BackendWasm;
  readonly run: ModuleCalls;
  /**
   * Runs a function of the module once for each job, which is what it is given, and returns when all are done. The
   * jobs are run in any order, two at once: they write to different memory, scratch included. A job whose thread fails
   * is run again: none changes what it reads.
   */
  runAll<Name extends ModuleFunction>(name: Name, jobs: readonly ModuleJobs[Name][]): void;
  /** Where a tensor's numbers stand; good until the tensor is disposed. */
  addressOf(x: TensorInfo): number;
  /** Makes a float32 tensor whose numbers are not set. */
  make(shape: readonly number[]): TensorInfo;
  /** The address of so many bytes at least, 64-byte aligned, for the time of one kernel. */
  scratch(bytes: number): number;
  /** Whether its memory is one that threads can share. */
  readonly isShared: boolean;
  /** Lets `runAll` use a second thread, as soon as the helper has started, unless it has one. Refuses nothing: see `whyAlone`. */
  addHelper(starting: Promise<Helper>): Promise<void>;
  /** Why `runAll` uses one thread; undefined while it uses two. */
  whyAlone(): string | undefined;
  /** Ends the second thread and frees the scratch memory. */
  release(): void;
}

const HEAP: unique symbol = Symbol.for('tfjs-generative: module on this backend') as never;
type Marked = BackendWasm & { [HEAP]?: Heap | null };

/** The heap of a backend; null where it or its memory is not what is known here, or the engine has no SIMD. */
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
  const isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  const own = instantiate(memory, isShared);
  if (own === undefined) return null;
  const exported = own.instance.exports as unknown as InOrder<number>;
  const run: ModuleCalls = moduleCalls(exported);

  let pool: Pool<ModuleJobs> | undefined;
  let failure = 'there is no second thread';
  const hasHelper = (): boolean => pool !== undefined && pool.failure() === undefined;
  let [block, capacity] = [0, 0];

  /** Until a lost helper has ended, no memory is used again that it may still write to. */
  function keepMemory(ended: Promise<void>): void {
    const free = wasm!._free!;
    const kept = block === 0 ? [] : [block];
    [block, capacity] = [0, 0];
    wasm!._free = (address) => void kept.push(address);
    void ended.then(() => {
      wasm!._free = free;
      for (const address of kept) free(address);
    });
  }

  function release(): void {
    pool?.stop();
    if (block !== 0) wasm!._free!(block);
    [block, capacity] = [0, 0];
  }

  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    release();
    dispose();
  };

  return Object.freeze({
    backend,
    run,
    runAll: <Name extends ModuleFunction>(name: Name, jobs: readonly ModuleJobs[Name][]) => {
      if (pool !== undefined) return pool.run(name, jobs);
      const call = run[name] as (job: ModuleJobs[Name]) => unknown;
      for (const job of jobs) call(job);
    },
    addressOf: ({ dataId }: TensorInfo) => dataIdMap.get(dataId).memoryOffset,
    make: (shape: readonly number[]) => backend.makeOutput([...shape], 'float32'),
    scratch: (bytes: number) => {
      if (bytes > capacity) {
        if (block !== 0) wasm._free!(block);
        [block, capacity] = [0, 0];
        // its sign bit is lost in memories above 2 GB
        block = wasm._malloc!(bytes + 64) >>> 0;
        if (block === 0) throw new Error(`tfjs's wasm heap has no ${bytes} bytes left for a kernel.`);
        capacity = bytes;
      }
      return ((block + 63) & ~63) >>> 0;
    },
    isShared,
    addHelper: async (starting: Promise<Helper>) => {
      try {
        const helper = await starting;
        if (!isShared || hasHelper()) void helper.end();
        else {
          const inOrder = moduleCalls(listers(exported));
          pool = await createPool({ helper, memory, module: own.module, calls: run, inOrder, onLost: keepMemory });
        }
      } catch (error) {
        failure = whyNoHelper(error);
      }
    },
    whyAlone: () => {
      if (!isShared) return 'the backend had started on a memory that threads cannot share';
      return pool === undefined ? failure : pool.failure();
    },
    release,
  });
}

/** In place of the functions of the module, others that return what they are given. */
function listers(exported: InOrder<unknown>): InOrder<readonly number[]> {
  const list = (...inOrder: (number | boolean)[]): number[] => inOrder.map(Number);
  return Object.fromEntries(Object.keys(exported).map((name) => [name, list])) as unknown as InOrder<number[]>;
}

function instantiate(
  memory: WebAssembly.Memory,
  isShared: boolean,
): WebAssembly.WebAssemblyInstantiatedSource | undefined {
  try {
    const bytes = Uint8Array.from(atob(MODULE), (letter) => letter.charCodeAt(0));
    // A module that imports a private memory is not linked to a shared one.
    if (isShared && !shareMemory(bytes)) return undefined;
    const module = new WebAssembly.Module(bytes);
    return { module, instance: new WebAssembly.Instance(module, { env: { memory } }) };
  } catch (error) {
    // an engine without SIMD, or a memory of another kind
    if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) return undefined;
    throw error;
  }
}
