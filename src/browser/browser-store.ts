import { del, get, keys, set, type UseStore } from 'idb-keyval';
import { checkStoreName, notInStore, type CheckpointStore } from '../storage/checkpoint-store.js';
import { cut, unusable } from '../tensor/errors.js';
import { checkBytes, WRITE_TEXT } from '../tensor/check-bytes.js';
import { checkNumber } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';
import { note } from '../tensor/made-by.js';
import { withCause } from '../tensor/with-cause.js';
import { openFiles } from './open-files.js';
import { withTimeout } from './with-timeout.js';

/** Options of {@link browserStore}. */
export interface BrowserStoreOptions {
  /** The name of the database, subject to the same rules as names of files in it; `tfjs-generative` by default. */
  readonly name?: string | undefined;
  /** Milliseconds without an answer from the browser after which a call rejects; 60,000 by default. */
  readonly timeout?: number | undefined;
}

/**
 * A store in the browser's IndexedDB, for pages and workers of one origin. Each save is one transaction: if the page is closed
 * during a save, either the old bytes or the new ones remain.
 *
 * @param options - see {@link BrowserStoreOptions}
 * @returns a store; nothing to dispose
 * @throws TypeError or RangeError if an option is wrong; methods reject with a TypeError or RangeError for a name that is not allowed,
 *   and with an Error if the quota is full or the window stores no data (`cause` has the browser's error)
 * @remarks When the disk is full, a browser may remove a page's data, unless the page has called
 * `navigator.storage.persist()`.
 * @example
 * ```ts browser
 * const store = browserStore({ name: 'digits' });
 * await store.save('decoder.safetensors', await saveWeights(decoder));
 * ```
 * @see https://github.com/jakearchibald/idb-keyval
 */
export function browserStore(options: BrowserStoreOptions = {}): CheckpointStore {
  const { name: database, timeout } = readOptions('browserStore', options, {
    name: { default: 'tfjs-generative' },
    timeout: { default: 60_000 },
  });
  checkStoreName('browserStore', database, 'options.name');
  checkNumber('browserStore', 'options.timeout', timeout, { above: 0, most: 2 ** 31 - 1 });
  let files = openFiles(database);

  const use = async <T>(method: string, work: (store: UseStore) => Promise<T>): Promise<T> => {
    const opened = files;
    try {
      return await withTimeout(timeout, work(opened));
    } catch (cause) {
      // reopen a database that did not answer
      if ((cause as Error).name === 'TimeoutError' && files === opened) files = openFiles(database);
      throw await explain(`browserStore.${method}`, cause);
    }
  };
  const store: CheckpointStore = {
    save: async (name: string, bytes: Uint8Array) => {
      checkStoreName('browserStore.save', name);
      checkBytes('browserStore.save', bytes, WRITE_TEXT);
      // a copy of just these bytes: with a view, its whole buffer would be stored
      await use('save', (store) => set(name, bytes.slice(), store));
    },
    load: async (name: string) => {
      checkStoreName('browserStore.load', name);
      const bytes = await use('load', (store) => get<Uint8Array>(name, store));
      if (bytes === undefined) throw notInStore('browserStore.load', name);
      return bytes;
    },
    list: async () => (await use('list', (store) => keys<string>(store))).sort(),
    remove: async (name: string) => {
      checkStoreName('browserStore.remove', name);
      await use('remove', (store) => del(name, store));
    },
  };
  // two stores with the same database have the same claims on runs
  return Object.freeze(note(store, { kind: 'browserStore', options: { database } }));
}

/** Explains an error of the browser. */
async function explain(where: string, cause: unknown): Promise<Error> {
  const { name, message } = (cause ?? {}) as Partial<Error>;
  const failure = (rule: string, seen: string, fix: string): Error =>
    withCause(unusable(where, 'store', rule, { seen, fix }), cause);
  if (name === 'QuotaExceededError') {
    const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
    const seen =
      usage === undefined || quota === undefined ? 'a full quota' : `${inMb(usage)} of ${inMb(quota)} MB in use`;
    return failure("must fit into the browser's quota", seen, 'Remove what is no longer needed with `remove(name)`.');
  }
  if (name === 'TimeoutError') {
    const fix = 'Close other tabs of this site, or reload the page.';
    return failure('must have a working IndexedDB', `${message}`, fix);
  }
  const fix = 'Private windows and pages with blocked data have none: download the bytes instead.';
  return failure('must have an IndexedDB that can be used', cut(`${name}: ${message}`, 90), fix);
}

function inMb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
