import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkStoreName, isStoreName, notInStore, type CheckpointStore } from '../storage/checkpoint-store.js';
import { checkBytes, WRITE_TEXT } from '../tensor/check-bytes.js';
import { unusable } from '../tensor/errors.js';
import { withCause } from '../tensor/with-cause.js';
import { checkPath, codeOf, readBytes, replaceFile, unreadable } from './file-store.js';

/**
 * A store of files in a folder. Each file is written completely or not at all, as {@link saveFile} does.
 *
 * @param path - the folder; the first save creates it
 * @returns a store; nothing to dispose
 * @throws TypeError if `path` is not a path; methods reject with a TypeError or RangeError for a name that is not allowed, and with an
 *   Error if the folder cannot be read or written (`cause` has Node's error)
 * @example
 * ```ts
 * const store = folderStore('out/run');
 * await store.save('first.safetensors', await saveCheckpoint(trainer));
 * console.log((await store.list()).join()); // first.safetensors
 * ```
 */
export function folderStore(path: string): CheckpointStore {
  checkPath('folderStore', path);
  return Object.freeze({
    save: async (name: string, bytes: Uint8Array) => {
      checkStoreName('folderStore.save', name);
      checkBytes('folderStore.save', bytes, WRITE_TEXT);
      await replaceFile('folderStore.save', join(path, name), bytes);
    },
    load: async (name: string) => {
      checkStoreName('folderStore.load', name);
      if (!(await namesIn('folderStore.load', path)).includes(name)) throw notInStore('folderStore.load', name);
      return readBytes('folderStore.load', 'name', join(path, name));
    },
    list: () => namesIn('folderStore.list', path),
    remove: async (name: string) => {
      checkStoreName('folderStore.remove', name);
      try {
        await rm(join(path, name), { force: true });
      } catch (cause) {
        const found = { seen: join(path, name), fix: `Node says ${codeOf(cause)}.` };
        throw withCause(unusable('folderStore.remove', 'name', 'must be a file that can be removed', found), cause);
      }
    },
  });
}

/** The files in a folder whose names are valid in a store; none if the folder does not exist yet. */
async function namesIn(where: string, path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const names: string[] = [];
    for (const entry of entries) {
      // a link counts as its target, as in a save
      const found = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => entry) : entry;
      if (found.isFile() && isStoreName(entry.name)) names.push(entry.name);
    }
    return names.sort();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw unreadable(where, 'path', 'folder', path, cause);
  }
}
