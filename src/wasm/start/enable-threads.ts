import * as tf from '@tensorflow/tfjs-core';
import { heapOf } from '../heap/heap.js';
import { startHelper, whyNoHelper, type Helper } from '../threads/helper.js';
import { startShared } from './shared-start.js';
import { whyOneThread } from './why-one-thread.js';

/** How many threads are in use and, if there is only one, why. */
export interface ThreadsInUse {
  readonly threads: number;
  readonly reason?: string | undefined;
}

/** One helper is what was tested; the kernels' fixed chunks leave little work for more. */
const MAXIMUM_THREADS = 2;

/** The settings for the backend's start, shared by all copies of this module, such as the CommonJS build. */
interface Settings {
  /** Undefined if nothing was requested, or if the request was withdrawn. */
  threads: number | undefined;
  /** A helper that waits for the backend. */
  helper: Promise<Helper> | undefined;
}

const SETTINGS: unique symbol = Symbol.for('tfjs-generative: threads of the wasm backend') as never;
type BackendFactory = (() => tf.KernelBackend | Promise<tf.KernelBackend>) & { [SETTINGS]?: Settings };

/**
 * Lets the kernels of this library use a second thread: immediately if the backend runs on a memory that threads can share,
 * otherwise from its next start.
 *
 * @param asked - threads that may be used; by default as in the previous call, and two in the first
 */
export async function enableThreads(asked: number | undefined): Promise<ThreadsInUse> {
  const engine = tf.engine();
  // A backend that is just starting already has its memory.
  await (engine as unknown as { pendingBackendInit?: Promise<boolean> }).pendingBackendInit;
  const settings = prepareFactory();
  const threads = Math.min(asked ?? settings.threads ?? MAXIMUM_THREADS, MAXIMUM_THREADS);
  settings.threads = threads;

  const reason = whyOneThread(threads);
  if (reason !== undefined) {
    endHelpers(settings);
    return { threads: 1, reason };
  }
  const backend = startedBackend();
  if (backend === undefined) {
    settings.helper ??= startHelper();
    return inUse(await settings.helper.then(() => undefined, whyNoHelper));
  }
  const heap = heapOf(backend);
  if (heap === null) return inUse("tfjs's wasm backend is not as this library knows it");
  if (heap.isShared && heap.whyAlone() !== undefined) await heap.addHelper(startHelper());
  return inUse(heap.whyAlone());
}

/** Ends all helpers and frees the scratch memory. */
export function disableThreads(): void {
  const settings = prepareFactory();
  settings.threads = undefined;
  endHelpers(settings);
}

function endHelpers(settings: Settings): void {
  if (settings.helper !== undefined) endWhenStarted(settings.helper);
  settings.helper = undefined;
  const backend = startedBackend();
  if (backend !== undefined) heapOf(backend)?.release();
}

function endWhenStarted(helper: Promise<Helper>): void {
  helper.then(
    (started) => started.end(),
    () => undefined,
  );
}

/** Does not use `tf.findBackend`, which would start the backend. */
function startedBackend(): tf.KernelBackend | undefined {
  return tf.engine().registry['wasm'];
}

function inUse(reason: string | undefined): ThreadsInUse {
  return reason === undefined ? { threads: MAXIMUM_THREADS } : { threads: 1, reason };
}

/** Replaces the backend's registered factory, once, by one that follows the settings. */
function prepareFactory(): Settings {
  const entry = tf.engine().registryFactory['wasm']!;
  const start: BackendFactory = entry.factory;
  if (start[SETTINGS] !== undefined) return start[SETTINGS];
  const settings: Settings = { threads: undefined, helper: undefined };
  const factory: BackendFactory = () =>
    whyOneThread(settings.threads ?? 1) === undefined ? startThreaded(start, settings) : start();
  entry.factory = Object.assign(factory, { [SETTINGS]: settings });
  return settings;
}

async function startThreaded(start: BackendFactory, settings: Settings): Promise<tf.KernelBackend> {
  const helper = settings.helper ?? startHelper();
  settings.helper = undefined;
  try {
    const backend = await withoutOwnThreads(() => startShared(start));
    const heap = heapOf(backend);
    if (heap !== null) await heap.addHelper(helper);
    else endWhenStarted(helper);
    return backend;
  } catch (error) {
    endWhenStarted(helper);
    throw error;
  }
}

/** tfjs's own threads would compete with the helper for the same CPUs, and they run only the forward kernels. */
async function withoutOwnThreads<T>(start: () => Promise<T>): Promise<T> {
  const flag = 'WASM_HAS_MULTITHREAD_SUPPORT';
  const found = await tf.env().getAsync(flag);
  tf.env().set(flag, false);
  try {
    return await start();
  } finally {
    tf.env().set(flag, found);
  }
}
