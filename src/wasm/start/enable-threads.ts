import * as tf from '@tensorflow/tfjs-core';
import { keepOutOwnThreads } from '../../backend/own-threads.js';
import { isStartUnderWay, startUnderWay } from '../../backend/start-under-way.js';
import { unusable } from '../../tensor/errors.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { whyNoHelper, type Helper } from '../threads/helper.js';
import { openHelper } from './open-helper.js';
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
  /** The address of the helper's program; undefined for the text that the library contains. */
  program: string | undefined;
  /** A helper that waits for the backend. */
  helper: Promise<Helper> | undefined;
  /** The backend while it starts: tfjs asks for a second one where two of its calls begin a start at once. */
  starting: Promise<tf.KernelBackend> | undefined;
}

const SETTINGS: unique symbol = Symbol.for('tfjs-generative: threads of the wasm backend') as never;
type BackendFactory = (() => tf.KernelBackend | Promise<tf.KernelBackend>) & { [SETTINGS]?: Settings };

/** What is asked for; what is undefined is as in the previous call. */
interface ThreadRequest {
  /** Threads that may be used; two in the first call. */
  readonly threads: number | undefined;
  /** The address of the helper's program. */
  readonly program: string | undefined;
}

/**
 * Lets the kernels of this library use a second thread: immediately if the backend runs on a memory that threads can share,
 * otherwise from its next start. A start that begins while this function waits is already such a one.
 */
export async function enableThreads({ threads: asked, program }: ThreadRequest): Promise<ThreadsInUse> {
  const settings = prepareFactory(registeredEntry('enableWasmTraining'));
  useProgram(settings, program);
  const threads = Math.min(asked ?? settings.threads ?? MAXIMUM_THREADS, MAXIMUM_THREADS);
  settings.threads = threads;

  const reason = whyOneThread(threads);
  // A backend that is just starting already has its memory.
  if (isStartUnderWay()) await startUnderWay();
  if (reason !== undefined) {
    endHelpers(settings);
    return { threads: 1, reason };
  }
  if (startedBackend() === undefined) {
    settings.helper ??= openHelper(settings.program);
    return inUse(await settings.helper.then(() => undefined, whyNoHelper));
  }
  const heap = startedHeap();
  if (heap?.isShared === true && heap.whyAlone() !== undefined) await heap.addHelper(openHelper(settings.program));
  return threadsInUse();
}

function useProgram(settings: Settings, program: string | undefined): void {
  if (program === undefined || program === settings.program) return;
  if (settings.helper !== undefined) endWhenStarted(settings.helper);
  settings.helper = undefined;
  settings.program = program;
}

/** How many threads the backend uses, which has started. */
export function threadsInUse(): ThreadsInUse {
  const heap = startedHeap();
  return inUse(heap === null ? "tfjs's wasm backend is not as this library knows it" : heap.whyAlone());
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
  startedHeap()?.release();
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

function startedHeap(): Heap | null {
  const backend = startedBackend();
  return backend === undefined ? null : heapOf(backend);
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
  throw unusable(where, "backend 'wasm'", rule, { seen, fix });
}

/** Replaces the backend's registered factory, once, by one that follows the settings. */
function prepareFactory(entry: RegistryEntry): Settings {
  const start = entry.factory;
  if (start[SETTINGS] !== undefined) return start[SETTINGS];
  const settings: Settings = { threads: undefined, program: undefined, helper: undefined, starting: undefined };
  const startOnce = (): Promise<tf.KernelBackend> => {
    keepOutOwnThreads();
    if (whyOneThread(settings.threads ?? 1) === undefined) return startThreaded(start, settings);
    return startWatched(start, { shared: false });
  };
  const factory: BackendFactory = () =>
    (settings.starting ??= startOnce().finally(() => (settings.starting = undefined)));
  entry.factory = Object.assign(factory, { [SETTINGS]: settings });
  return settings;
}

async function startThreaded(start: BackendFactory, settings: Settings): Promise<tf.KernelBackend> {
  const helper = settings.helper ?? openHelper(settings.program);
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
