import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startBackend } from 'tfjs-generative/backend';

const NAME = 'made by a test';

/** Registers a backend that starts as given; the test's own backend stays in use. */
function register(start: () => tf.KernelBackend | Promise<tf.KernelBackend>): void {
  tf.registerBackend(NAME, start, 0);
}

function emptyBackend(): tf.KernelBackend {
  return Object.assign(new tf.KernelBackend(), { dispose: () => undefined });
}

afterEach(() => {
  if (tf.findBackendFactory(NAME) != null) tf.removeBackend(NAME);
});

describe('startBackend', () => {
  it('makes the backend current, and returns its name', async () => {
    const before = tf.getBackend();
    register(() => Promise.resolve(emptyBackend()));
    expect(await startBackend(NAME)).toBe(NAME);
    expect(tf.getBackend()).toBe(NAME);
    await startBackend(before);
    expect(tf.getBackend()).toBe(before);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no adapter.\nat line 1');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no adapter.\nat line 1'))],
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- it does
    ['rejects as the wasm backend does', () => Promise.reject({ message: 'no adapter.' })],
  ])('says why a backend does not start whose factory %s, and stays where it was', async (_, start) => {
    const before = tf.getBackend();
    register(start);
    const factory = tf.findBackendFactory(NAME);
    const failure = (await startBackend(NAME).catch((error: unknown) => error)) as Error;
    expect(failure.message).toBe(`startBackend: \`backend\` '${NAME}' must be able to start here; got no adapter.`);
    expect((failure.cause as Error).message).toContain('no adapter.');
    expect(tf.getBackend()).toBe(before);
    expect(tf.findBackendFactory(NAME)).toBe(factory);
    expect(await tf.ones([2]).data()).toEqual(Float32Array.of(1, 1));
  });

  it('starts a backend again whose first start failed', async () => {
    const before = tf.getBackend();
    let tries = 0;
    register(() => (tries++ === 0 ? Promise.reject(new Error('not yet')) : Promise.resolve(emptyBackend())));
    await expect(startBackend(NAME)).rejects.toThrow('not yet');
    expect(await startBackend(NAME)).toBe(NAME);
    await startBackend(before);
  });

  it('rejects with the remedy for the error of a start', async () => {
    register(() => Promise.reject(Object.assign(new Error('no adapter'), { remedy: 'Buy one.' })));
    await expect(startBackend(NAME)).rejects.toThrow('got no adapter. Buy one.');
  });

  it('queues simultaneous starts, although tfjs forgets the first', async () => {
    const before = tf.getBackend();
    const started: tf.KernelBackend[] = [];
    register(async () => {
      await Promise.resolve();
      started.push(emptyBackend());
      return started.at(-1)!;
    });
    expect(await Promise.all([startBackend(NAME), startBackend(NAME), startBackend(before)])).toEqual([
      NAME,
      NAME,
      before,
    ]);
    expect(started).toHaveLength(1);
    expect(tf.getBackend()).toBe(before);
    expect(tf.engine().registry[NAME]).toBe(started[0]);
  });

  it('abandons a start of tfjs that hangs, which would keep tfjs from computing anything', async () => {
    const before = tf.getBackend();
    vi.useFakeTimers();
    try {
      register(() => new Promise(() => undefined));
      void tf.setBackend(NAME);
      const start = startBackend(before);
      await vi.advanceTimersByTimeAsync(9_999);
      expect(() => tf.ones([2])).toThrow('has not yet been initialized');
      await vi.advanceTimersByTimeAsync(1);
      expect(await start).toBe(before);
    } finally {
      vi.useRealTimers();
    }
    expect(await tf.ones([2]).data()).toEqual(Float32Array.of(1, 1));
  });

  it('lists the registered backends if the name is unknown', async () => {
    const registered = Object.keys(tf.engine().registryFactory).join(', ');
    await expect(startBackend('wsam')).rejects.toThrow(
      `startBackend: \`name\` must be a registered backend: ${registered}; got 'wsam'. Import the backend's package without names`,
    );
    await expect(startBackend(undefined as never)).rejects.toThrow(TypeError);
  });
});
