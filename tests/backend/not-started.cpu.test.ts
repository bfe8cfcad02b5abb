import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batchNorm, createRandom, mlp } from '../../src/index.js';

/** What tfjs remembers of the backend in use. */
const engine = tf.engine() as unknown as Record<'backendName' | 'backendInstance' | 'pendingBackendInit', unknown>;
const inUse = { ...engine };

beforeEach(() => {
  // as wasm: a backend that starts asynchronously, and has not
  tf.registerBackend('slow', () => new Promise(() => undefined), 100);
  Object.assign(engine, { backendName: undefined, backendInstance: undefined });
});
afterEach(() => {
  const { backendName, backendInstance, pendingBackendInit } = inUse;
  Object.assign(engine, { backendName, backendInstance, pendingBackendInit });
  tf.removeBackend('slow');
});

test.each([
  ['a network', () => mlp({ sizes: [2, 2], random: createRandom(1) })],
  ['a norm', () => batchNorm({ inputs: 2 })],
  ['noise', () => createRandom(1).normal([2])],
])('%s before the backend has started: the error says how one is started', (_, make) => {
  const sentence = /`tfjs` must have a backend that has started; got none\. First start one: await startWasm/;
  expect(make).toThrow(sentence);
  // tfjs now waits for it
  expect(make).toThrow(sentence);
});
