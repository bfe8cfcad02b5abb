import * as tf from '@tensorflow/tfjs-core';
import { sentence } from '../../tensor/errors.js';
import { heapOf } from '../heap/heap.js';
import { startHelper, whyNoHelper, type Helper } from '../threads/helper.js';
import { keepOutOwnThreads } from './own-threads.js';
import { startWatched } from './watched-start.js';
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
  const settings = prepareFactory(registeredEntry('enableWasmTraining'));
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

/** Ends all helpers and frees the scratch memory; does nothing once the backend was removed, which has ended them. */
export function disableThreads(): void {
  const entry = tf.engine().registryFactory['wasm'];
  if (entry === undefined) return;
  const settings = prepareFactory(entry);
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

interface RegistryEntry {
  factory: BackendFactory;
}

/** tfjs's entry for the backend; throws where it was removed. */
export function registeredEntry(where: string): RegistryEntry {
  const entry = tf.engine().registryFactory['wasm'];
  if (entry !== undefined) return entry;
  const fix =
    "Keep the factory before you remove the backend, const factory = tf.findBackendFactory('wasm'), and give it back: " +
    "tf.registerBackend('wasm', factory, 2).";
  const [rule, seen] = ['must be registered with tfjs', "none, as after tf.removeBackend('wasm')"];
  throw new Error(sentence({ where, argument: "backend 'wasm'", rule, seen, fix }));
}

/** Replaces the backend's registered factory, once, by one that follows the settings. */
function prepareFactory(entry: RegistryEntry): Settings {
  const start = entry.factory;
  if (start[SETTINGS] !== undefined) return start[SETTINGS];
  const settings: Settings = { threads: undefined, helper: undefined };
  const factory: BackendFactory = () => {
    keepOutOwnThreads();
    if (whyOneThread(settings.threads ?? 1) === undefined) return startThreaded(start, settings);
    return startWatched(start, { shared: false });
  };
  entry.factory = Object.assign(factory, { [SETTINGS]: settings });
  return settings;
}

async function startThreaded(start: BackendFactory, settings: Settings): Promise<tf.KernelBackend> {
  const helper = settings.helper ?? startHelper();
  settings.helper = undefined;
  try {
    const backend = await startWatched(start, { shared: true });
    const heap = heapOf(backend);
    if (heap !== null) await heap.addHelper(helper);
    else endWhenStarted(helper);
    return backend;
  } catch (error) {
    endWhenStarted(helper);
    throw error;
  }
}
