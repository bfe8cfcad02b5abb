import { promisifyRequest, type UseStore } from 'idb-keyval';

const FILES = 'files';

/**
 * The files of a database. It is opened at the first use, and again after it was closed, by the browser or in order to be deleted.
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
