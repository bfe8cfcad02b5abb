import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '../gradients/register-gradients.js';
import { outOfRange, sentence, wrongKind } from '../tensor/errors.js';
import { lossSignal } from '../tensor/lost-gpu.js';
import { chooseBackend } from './chosen-backend.js';
import { keepOutOwnThreads } from './own-threads.js';
import { startUnderWay } from './start-under-way.js';
import { watchListeners } from './watch-listeners.js';

/** Where the engine stores the last requested start; shared by all entries. */
const LAST_START: unique symbol = Symbol.for('tfjs-generative: last start of a backend') as never;
type Marked = ReturnType<typeof tf.engine> & { [LAST_START]?: Promise<unknown> };

/** An error at a backend's start that says what to do. */
export interface StartFault extends Error {
  readonly remedy?: string;
}

/**
 * Starts a backend and makes it the current one, or throws. By contrast, `tf.setBackend` resolves to false if a backend cannot
 * start, and tfjs then silently computes on another one. Unless tfjs's own gradients are registered, it also calls `registerGradients` from
 * `/gradients`, so that models can be trained without `@tensorflow/tfjs`.
 *
 * @param name - a registered backend: 'wasm', 'webgl', 'webgpu', 'cpu'. Importing a backend's package registers it
 * @returns resolves to `name`, once it is the current backend
 * @throws TypeError or RangeError (as rejections) if no backend of this name is registered; Error if it does not start: its
 *   message has the reason, its `cause` the backend's own error. The previous backend then stays current.
 * @remarks For wasm, `startWasm` from `/wasm` also takes the location of the binaries and enables training on the backend.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { startBackend } from 'tfjs-generative/backend';
 *
 * console.log(await startBackend('cpu')); // cpu
 * ```
 */
export async function startBackend(name: string): Promise<string> {
  return startBackendFor('startBackend', name);
}

/**
 * {@link startBackend}, for the public function `where`. Starts are queued: of two at once, tfjs would forget the first.
 */
export async function startBackendFor(where: string, name: string): Promise<string> {
  checkRegistered(where, name);
  const engine = tf.engine() as Marked;
  const start = Promise.resolve(engine[LAST_START])
    .then(startUnderWay)
    .then(() => startAlone(where, name));
  engine[LAST_START] = start.catch(() => undefined);
  return start;
}

async function startAlone(where: string, name: string): Promise<string> {
  const engine = tf.engine();
  const before = engine.backendName;
  const entry = engine.registryFactory[name]!;
  const { factory } = entry;
  if (name === 'wasm') keepOutOwnThreads();
  const running = engine.registry[name];
  if (lossSignal(running)?.aborted === true) {
    // tfjs would continue with this instance; once it is removed, tfjs makes a new one
    delete engine.registry[name];
    running!.dispose();
  }
  let cause: unknown;
  const note = (error: unknown): never => {
    cause = error;
    throw error;
  };
  // tfjs writes the error of a start to the console and does not pass it on
  const listening = (): ReturnType<typeof factory> => {
    try {
      const backend = factory();
      return backend instanceof Promise ? backend.catch(note) : backend;
    } catch (error) {
      return note(error);
    }
  };
  entry.factory = Object.assign(listening, factory);
  const stopListeners = name === 'wasm' ? watchListeners() : undefined;
  try {
    if (await tf.setBackend(name)) {
      registerGradients();
      return chooseBackend(name);
    }
  } finally {
    stopListeners?.();
    if (entry.factory === listening) entry.factory = factory;
  }
  if (before != null && before !== name && engine.registry[before] !== undefined) await tf.setBackend(before);
  else engine.backendName = before;
  const seen = messageOf(cause) ?? 'no reason';
  const fix = (cause as StartFault | undefined)?.remedy ?? (name === 'wasm' ? WASM_FIX : undefined);
  const rule = `'${name}' must be able to start here`;
  throw new Error(sentence(where, 'backend', rule, { seen, fix }), { cause });
}

/** What to do if tfjs's wasm backend does not start: its own message names neither the file nor how to set its location. */
const WASM_FIX = "Say where its binaries are: startWasm({ paths }) from 'tfjs-generative/wasm'.";

function checkRegistered(where: string, name: unknown): asserts name is string {
  const names = Object.keys(tf.engine().registryFactory);
  const rule = `must be a registered backend: ${names.join(', ') || 'there is none'}`;
  const fix = "Import the backend's package without names: import '@tensorflow/tfjs-backend-wasm'.";
  if (typeof name !== 'string') throw wrongKind(where, 'name', rule, { got: name, fix });
  if (!names.includes(name)) throw outOfRange(where, 'name', rule, { got: name, fix });
}

/** The first line of an error's message. Not every error is an Error: tfjs's wasm backend rejects with `{ message }`. */
function messageOf(error: unknown): string | undefined {
  const message = (error as { message?: string } | undefined)?.message;
  return message?.split('\n')[0]!.replace(/\.$/, '');
}
