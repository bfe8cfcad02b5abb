import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { browserStore } from '../../src/browser/index.js';

/** Requests that the stand-in of IndexedDB answers from now on. */
let answers: ('open' | 'read')[];
let opened = 0;

/** A request that is answered, with its result, or never. */
function request<T>(kind: 'open' | 'read', result: T): { readonly result: T; readonly onsuccess?: () => void } {
  const made: { readonly result: T; readonly onsuccess?: () => void } = { result };
  if (answers.includes(kind)) queueMicrotask(() => made.onsuccess?.());
  return made;
}

beforeEach(() => {
  opened = 0;
  vi.useFakeTimers();
  const objectStore = () => ({
    getAllKeys: () => request('read', ['b', 'a']),
    get: () => request('read', Uint8Array.of(1)),
  });
  const open = () => request('open', { number: ++opened, transaction: () => ({ objectStore }) });
  vi.stubGlobal('indexedDB', { open });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test.each([
  ['an `open`', []],
  ['a read', ['open']],
] as const)(
  '%s that is never answered rejects after the timeout, and the next call opens it again',
  async (_, first) => {
    answers = [...first];
    const store = browserStore({ timeout: 2000 });
    const end = store.list().catch((error: unknown) => String(error));
    await vi.advanceTimersByTimeAsync(1000);
    const later = store.load('a').catch((error: unknown) => String(error));
    await vi.advanceTimersByTimeAsync(999);
    expect([opened, vi.getTimerCount()]).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await end).toBe(
      'Error: browserStore.list: `store` must have a working IndexedDB; got no answer for 2 seconds. ' +
        'Close other tabs of this site, or reload the page.',
    );
    answers = ['open', 'read'];
    expect(await store.list()).toEqual(['a', 'b']);
    // the end of another call does not close what works by now
    await vi.advanceTimersByTimeAsync(1000);
    expect(await later).toMatch(/^Error: browserStore\.load: .* no answer for 2 seconds/);
    expect(await store.load('a')).toEqual(Uint8Array.of(1));
    expect([opened, vi.getTimerCount()]).toEqual([2, 0]);
  },
);

test('an `open` that is answered late does not affect the next one', async () => {
  answers = [];
  const store = browserStore({ timeout: 10 });
  const end = expect(store.list()).rejects.toThrow('must have a working IndexedDB');
  await vi.advanceTimersByTimeAsync(10);
  await end;
  answers = ['open', 'read'];
  expect(await store.list()).toEqual(['a', 'b']);
  expect(await store.list()).toEqual(['a', 'b']);
  expect(opened).toBe(2);
});
