import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { keepOutOwnThreads } from '../../backend/own-threads.js';
import { isStartUnderWay, startUnderWay } from '../../backend/start-under-way.js';
import { unusable } from '../../tensor/errors.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { watchHeap } from '../heap/watch-heap.js';
import { endAll, whyFewer, type Helper } from '../threads/helper.js';
import { busyProcessors } from './busy-processors.js';
import { openHelper } from './open-helper.js';
import { maxThreads } from './max-threads.js';
import { startWatched } from './watched-start.js';

/** How many threads are in use, the reason if there are fewer than requested, or only one, and what speaks against more than one. */
export interface ThreadsInUse {
  readonly threads: number;
  readonly reason?: string | undefined;
  readonly busy?: string | undefined;
}

/** The number that was measured. More might make small steps slower. */
const DEFAULT_THREADS = 2;

/** The settings for the backend's start, shared by all copies of this module, such as the CommonJS build. */
interface Settings {
  /** The requested number; undefined if there was no request, or if it was withdrawn. */
  threads: number | undefined;
  /** The address of the helper's program; undefined for the text inside the library. */
  program: string | undefined;
  /** Helpers that wait for the backend. */
  helpers: readonly Promise<Helper>[];
  /** The backend while it starts: tfjs asks for a second one if two of its calls begin a start at the same time. */
  starting: Promise<tf.KernelBackend> | undefined;
}

const SETTINGS: unique symbol = Symbol.for('tfjs-generative: threads of the wasm backend') as never;
type BackendFactory = (() => tf.KernelBackend | Promise<tf.KernelBackend>) & { [SETTINGS]?: Settings };

/** The request of a caller; an undefined option is as in the previous call. */
interface ThreadRequest {
  /** Threads that may be used. */
  readonly threads: number | undefined;
  /** The address of the helper's program. */
  readonly program: string | undefined;
}

/**
 * Lets the kernels of this library use more threads: immediately if the backend runs on a memory that threads can share, otherwise from
 * its next start. A start that begins while this function waits already counts.
 */
export async function enableThreads(where: string, { threads: asked, program }: ThreadRequest): Promise<ThreadsInUse> {
  const settings = prepareFactory(registeredEntry(where));
  if (program !== undefined && program !== settings.program) {
    keepHelpers(settings, 0);
    settings.program = program;
  }
  settings.threads = asked ?? settings.threads ?? DEFAULT_THREADS;
  const { threads, reason } = maxThreads(settings.threads);
  // A backend that is starting already has its memory.
  if (isStartUnderWay()) await startUnderWay();
  if (threads === 1) {
    endHelpers(settings);
    return { threads, reason };
  }
  if (startedBackend() === undefined) {
    keepHelpers(settings, threads - 1);
    return inUse(await startedOf(settings.helpers), { threads, reason });
  }
  const heap = startedHeap();
  if (heap?.isShared === true && heap.threads() !== threads) await heap.useHelpers(openHelpers(settings, threads - 1));
  return threadsInUse(where);
}

/** How many threads a started backend uses. */
export function threadsInUse(where: string): ThreadsInUse {
  const heap = heapOf(startedBackend());
  const most = maxThreads(prepareFactory(registeredEntry(where)).threads ?? DEFAULT_THREADS);
  return inUse({ threads: heap.threads(), reason: heap.whyNoMore() }, most);
}

/** Ends all helpers and frees the scratch memory; does nothing after the backend was removed, which has already ended them. */
export function disableThreads(): void {
  const entry = tf.engine().registryFactory['wasm'];
  if (entry === undefined) return;
  const settings = prepareFactory(entry);
  settings.threads = undefined;
  endHelpers(settings);
}

function endHelpers(settings: Settings): void {
  keepHelpers(settings, 0);
  startedHeap()?.release();
}

function openHelpers({ program }: Settings, count: number): Promise<Helper>[] {
  return Array.from({ length: count }, () => {
    const helper = openHelper(program);
    // A failure reaches the code that waits for the helper, however late.
    helper.catch(() => undefined);
    return helper;
  });
}

/** Keeps `count` helpers waiting for the backend: starts missing ones, and ends surplus ones. */
function keepHelpers(settings: Settings, count: number): void {
  const { helpers } = settings;
  endAll(helpers.slice(count));
  settings.helpers = [...helpers.slice(0, count), ...openHelpers(settings, Math.max(0, count - helpers.length))];
}

/** How many threads these helpers and the main thread make. */
async function startedOf(helpers: readonly Promise<Helper>[]): Promise<ThreadsInUse> {
  const outcomes = await Promise.allSettled(helpers);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  const threads = 1 + outcomes.length - failed.length;
  return { threads, reason: failed[0] && whyFewer(threads, failed[0].reason) };
}

/** Does not use `tf.findBackend`, which would start the backend. */
function startedBackend(): tf.KernelBackend | undefined {
  return tf.engine().registry['wasm'];
}

/** The heap of the backend if it has started. */
export function startedHeap(): Heap | null {
  const backend = startedBackend();
  return backend === undefined ? null : heapOf(backend);
}

/** Threads in use where there could be more: adds what happened to the others, or why there were never as many as requested. */
function inUse({ threads, reason }: ThreadsInUse, most: ThreadsInUse): ThreadsInUse {
  const why = threads < most.threads ? reason : most.reason;
  const busy = busyProcessors(threads, startedHeap()?.isPaused() ?? false);
  return { threads, ...(why === undefined ? {} : { reason: why }), ...(busy === undefined ? {} : { busy }) };
}

interface RegistryEntry {
  factory: BackendFactory;
}

/** tfjs's entry for the backend; throws if the backend was removed. */
export function registeredEntry(where: string): RegistryEntry {
  const entry = tf.engine().registryFactory['wasm'];
  if (entry !== undefined) return entry;
  const fix =
    "Keep the factory before you remove the backend, const factory = tf.findBackendFactory('wasm'), and give it back: " +
    "tf.registerBackend('wasm', factory, 2).";
  const [rule, seen] = ['must be registered with tfjs', "none, as after tf.removeBackend('wasm')"];
  throw unusable(where, "backend 'wasm'", rule, { seen, fix });
}

/** Replaces the backend's registered factory, once, with one that follows the settings. */
function prepareFactory(entry: RegistryEntry): Settings {
  const start = entry.factory;
  if (start[SETTINGS] !== undefined) return start[SETTINGS];
  const settings: Settings = { threads: undefined, program: undefined, helpers: [], starting: undefined };
  const startOnce = async (): Promise<tf.KernelBackend> => {
    keepOutOwnThreads();
    const { threads } = maxThreads(settings.threads ?? 1);
    const isAlone = threads === 1;
    const backend = await (isAlone
      ? startWatched(start, { shared: false })
      : startThreaded(start, settings, threads - 1));
    watchHeap(backend as BackendWasm);
    return backend;
  };
  const factory: BackendFactory = () =>
    (settings.starting ??= startOnce().finally(() => (settings.starting = undefined)));
  entry.factory = Object.assign(factory, { [SETTINGS]: settings });
  return settings;
}

async function startThreaded(start: BackendFactory, settings: Settings, count: number): Promise<tf.KernelBackend> {
  keepHelpers(settings, count);
  const { helpers } = settings;
  settings.helpers = [];
  try {
    const backend = await startWatched(start, { shared: true });
    await heapOf(backend).useHelpers(helpers);
    return backend;
  } catch (error) {
    endAll(helpers);
    throw error;
  }
}
