import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import { startBackend } from 'tfjs-generative/backend';

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;
const listeners = (): unknown[][] => EVENTS.map((event) => process.listeners(event as 'exit'));
const rethrow = (error: unknown): never => {
  throw error;
};

tf.env().registerFlag('WASM_HAS_MULTITHREAD_SUPPORT', () => false);

afterEach(() => {
  if (tf.findBackendFactory('wasm') != null) tf.removeBackend('wasm');
});

/** A backend that starts like tfjs's wasm backend, which lists all listeners that were there, too, as its own. */
function start(): Promise<tf.KernelBackend> {
  listeners();
  for (const event of EVENTS) process.on(event, rethrow);
  const own = listeners();
  const dispose = (): void =>
    EVENTS.forEach((event, i) => own[i]!.forEach((listener) => process.removeListener(event, listener as () => void)));
  return Promise.resolve(Object.assign(new tf.KernelBackend(), { dispose }));
}

test('startBackend leaves the listeners of uncaught errors as they were, without /wasm, and when the backend is removed', async () => {
  const current = tf.getBackend();
  const before = listeners();
  tf.registerBackend('wasm', start, 0);
  await startBackend('wasm');
  expect(listeners()).toEqual(before);
  await startBackend(current);
  tf.removeBackend('wasm');
  expect(listeners()).toEqual(before);
  expect(before.flat().length).toBeGreaterThan(0);
});

test('a failed start leaves them as they were, too', async () => {
  const before = listeners();
  tf.registerBackend('wasm', () => start().then(() => Promise.reject(new Error('no binary'))), 0);
  await expect(startBackend('wasm')).rejects.toThrow('no binary');
  expect(listeners()).toEqual(before);
});
