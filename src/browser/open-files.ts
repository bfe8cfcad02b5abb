import { promisifyRequest, type UseStore } from 'idb-keyval';

const FILES = 'files';

/**
 * The files of a database, which is opened at the first use, and again where it was closed: by the browser, or for somebody who wants
 * to remove it.
 */
export function openFiles(database: string): UseStore {
  let opened: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> => {
    const request = indexedDB.open(database);
    request.onupgradeneeded = () => void request.result.createObjectStore(FILES);
    const opening = promisifyRequest(request);
    const forget = (): void => {
      if (opened === opening) opened = undefined;
    };
    opening.then((db) => {
      db.onclose = forget;
      db.onversionchange = () => {
        forget();
        db.close();
      };
    }, forget);
    return opening;
  };
  return async (mode, work) => {
    const db = await (opened ??= open());
    return work(db.transaction(FILES, mode).objectStore(FILES));
  };
}

/** What `work` resolves to; rejects if it takes longer than `timeout` milliseconds. */
export function withinTime<T>(timeout: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new DOMException(`no answer for ${timeout / 1000} seconds`, 'TimeoutError'));
    const timer = setTimeout(late, timeout);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
