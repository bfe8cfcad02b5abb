import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { unusable } from '../../tensor/errors.js';
import type { Allocator } from './scratch.js';

/** The members of tfjs's binary that are used here; none is public. */
interface Binary extends Allocator {
  HEAPU8: Uint8Array;
  HEAP32: Int32Array;
  HEAPF32: Float32Array;
  onAbort?: (() => void) | undefined;
  readonly asm?: {
    readonly malloc?: (bytes: number) => number;
    readonly __errno_location?: () => number;
    readonly stackSave?: () => number;
    readonly stackRestore?: (address: number) => void;
  };
}

/** The member of the backend that is used here: where the numbers of each tensor are. */
interface Watchable {
  readonly wasm?: Partial<Binary> | null;
  readonly dataIdMap: {
    has(dataId: object): boolean;
    get(dataId: object): { readonly memoryOffset: number; readonly shape: number[]; readonly dtype: string };
  };
}

/** The member of the engine's class that is used here: how many tensors were ever made. */
interface EngineClass {
  readonly nextTensorId?: number;
}

/** The member of the engine's state that is used here: the backend of each tensor. */
interface EngineState {
  readonly tensorInfo: { get(dataId: object): { backend: tf.KernelBackend } | undefined };
}

/** The range of a 32-bit address. tfjs passes greater sizes on, and the allocator takes their lowest 32 bits as the size. */
const REACH = 2 ** 32;
/** The number of the error ENOMEM in this binary's C library. */
const NO_MEMORY = 48;
/** The first bytes of the memory are unused; constants follow them. */
const CONSTANTS = 1024;

const WATCHED: unique symbol = Symbol.for('tfjs-generative: watch of this heap') as never;
type Marked = BackendWasm & { [WATCHED]?: true };

/**
 * Makes a wasm backend throw, always with the same sentence and before anything is written, when its heap has no room. By itself, tfjs
 * uses the address 0, which its allocator returns for "no room", and writes the tensor over the contents of that address: its own
 * constants, the allocator's lists, other tensors.
 *
 * All requests for memory pass through here: for the user's tensors, for results of tfjs's kernels and of ours, and for scratch memory.
 * Memory that C++ code allocates for itself does not. If that code finds no room, it either aborts before it writes, which is reported
 * with the same sentence, or it continues without a result (XNNPACK). The error number of the C library reveals the second case: it is
 * checked before the next tensor is made and before one is read, and the result becomes NaN.
 */
export function watchHeap(backend: BackendWasm): void {
  const { wasm } = backend as unknown as Watchable;
  if (wasm?.asm?.malloc === undefined || (backend as Marked)[WATCHED]) return;
  (backend as Marked)[WATCHED] = true;
  const written: object[] = [];
  const check = watchAllocator(wasm as Binary, () => spoilResults(backend, written));
  watchTensors(backend, { written, check });
}

/**
 * Makes the allocator throw when there is no room. The returned function calls `onSilence` and throws if C++ code has found no room
 * since the last call.
 */
function watchAllocator(binary: Binary, onSilence: () => void): () => void {
  const { malloc, __errno_location: place, stackSave, stackRestore } = binary.asm!;
  const errorNumber = place === undefined ? undefined : place() / 4;
  const stack = stackSave?.();
  let isSpoilt = isOverwritten(binary.HEAPU8);

  const hasFailed = (): boolean => errorNumber !== undefined && binary.HEAP32[errorNumber] === NO_MEMORY;
  const forget = (): void => {
    if (errorNumber !== undefined) binary.HEAP32[errorNumber] = 0;
  };
  const check = (): void => {
    if (isSpoilt) throw spoilt();
    if (!hasFailed()) return;
    forget();
    onSilence();
    isSpoilt = isOverwritten(binary.HEAPU8);
    throw full(undefined, binary.HEAPU8.length);
  };

  binary._malloc = (bytes) => {
    check();
    if (bytes < REACH) {
      const address = malloc!(bytes) >>> 0;
      // a heap that cannot grow may still have room
      forget();
      if (address !== 0) return address;
    }
    throw full(bytes, binary.HEAPU8.length);
  };

  const { onAbort } = binary;
  binary.onAbort = () => {
    if (!hasFailed()) return onAbort?.();
    forget();
    // the functions that asked for the memory never return
    if (stack !== undefined) stackRestore?.(stack);
    throw full(undefined, binary.HEAPU8.length);
  };
  return check;
}

/** What {@link watchTensors} needs. */
interface TensorWatch {
  /** Collects what was written since the last tensor was made: the results of the kernel that is running, or ran last. */
  readonly written: object[];
  readonly check: () => void;
}

/** Calls `check` before a tensor is written or read; if a kernel gets no memory, frees the tensors that it has already made. */
function watchTensors(backend: BackendWasm, { written, check }: TensorWatch): void {
  const engine = tf.engine();
  const state = engine.state as unknown as EngineState;
  const counter = engine.constructor as EngineClass;
  const move = backend.move.bind(backend);
  let tensors: number | undefined;
  backend.move = (dataId, values, shape, dtype, count) => {
    check();
    const { nextTensorId } = counter;
    // without a count, at each tensor: a list that is never emptied would hold the ids of all tensors that ever were
    if (nextTensorId === undefined || nextTensorId !== tensors) {
      tensors = nextTensorId;
      written.length = 0;
    }
    written.push(dataId);
    try {
      move(dataId, values, shape, dtype, count);
    } catch (error) {
      for (const id of written.splice(0)) {
        if (id === dataId || state.tensorInfo.get(id) === undefined) backend.disposeData(id, true);
      }
      // a tensor that came from another backend, where the engine has already freed it
      const tensor = state.tensorInfo.get(dataId);
      const home = Object.values(engine.registry).find((other) => other !== backend);
      if (tensor?.backend === backend && home !== undefined) {
        home.move(dataId, values!, shape, dtype, count);
        tensor.backend = home;
      }
      throw error;
    }
  };

  const readSync = backend.readSync.bind(backend);
  backend.readSync = (...of) => {
    check();
    return readSync(...of);
  };
}

/** Fills results that were never computed with NaN. */
function spoilResults(backend: BackendWasm, results: readonly object[]): void {
  const { wasm, dataIdMap } = backend as unknown as Watchable;
  for (const dataId of results) {
    // tfjs would look for freed tensors in other backends
    if (!dataIdMap.has(dataId)) continue;
    const { memoryOffset, shape, dtype } = dataIdMap.get(dataId);
    const first = memoryOffset / 4;
    if (dtype === 'float32') wasm!.HEAPF32!.fill(NaN, first, first + tf.util.sizeFromShape(shape));
  }
}

/** Whether a tensor was written to the address 0 before the watch began. */
function isOverwritten(memory: Uint8Array): boolean {
  const begin = memory.slice(0, 2 * CONSTANTS);
  return (
    begin.subarray(0, CONSTANTS).some((byte) => byte !== 0) || begin.subarray(CONSTANTS).every((byte) => byte === 0)
  );
}

function full(bytes: number | undefined, heap: number): Error {
  const { numBytes, numTensors } = tf.memory();
  const rule = `must have room for ${bytes === undefined ? "an operation's working memory" : `${sizeOf(bytes)} more`}`;
  const seen = `${sizeOf(numBytes)} in ${numTensors} tensors, and a heap of ${sizeOf(heap)}`;
  const fix = 'Nothing was overwritten: dispose tensors, or take smaller batches, and go on.';
  return unusable('wasm', 'memory', rule, { seen, fix });
}

function spoilt(): Error {
  const seen = 'tensors written where the heap had no room';
  const fix = 'Weights may be wrong: go on from the last checkpoint in a new process or page.';
  return unusable('wasm', 'memory', 'must be whole', { seen, fix });
}

function sizeOf(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  return megabytes < 1 ? `${bytes} bytes` : `${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}
