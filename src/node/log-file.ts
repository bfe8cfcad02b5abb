import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkBytes, WRITE_TEXT } from '../tensor/check-bytes.js';
import { checkInteger } from '../tensor/plain-checks.js';
import { checkPath, codeOf, unwritable } from './file-store.js';

/** A file that grows at its end, for the writers of `tfjs-generative/logs`. */
export interface AppendedFile {
  /** All bytes so far; none if the file does not exist yet. */
  read(): Promise<Uint8Array>;
  /** Adds bytes at the end; creates the file, and the folders above it, if needed. */
  append(bytes: Uint8Array): Promise<void>;
  /** Removes all bytes from this position on. */
  cut(length: number): Promise<void>;
}

/**
 * A file on the disk for a log: appended bytes are kept if the program is killed.
 *
 * @param path - the file; an existing one is continued. Nothing is opened before the first write.
 * @returns the file; there is nothing to close
 * @throws TypeError if `path` is not a path; functions reject with Error if the file cannot be read or written (`cause` has Node's error)
 * @example
 * ```ts
 * const log = createLog({ writers: [csvWriter(logFile('out/log.csv'))] });
 * await fit(trainer, source, { epochs: 2, callbacks: { onReport: log.add } });
 * const text = new TextDecoder().decode(await loadFile('out/log.csv'));
 * console.log(text.split('\r\n').length); // 4
 * ```
 */
export function logFile(path: string): AppendedFile {
  checkPath('logFile', path);
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw unwritable('logFile', path, cause);
    }
  };
  return Object.freeze({
    read: () =>
      attempt(async () => {
        try {
          return new Uint8Array(await readFile(path));
        } catch (error) {
          if (codeOf(error) === 'ENOENT') return new Uint8Array();
          throw error;
        }
      }),
    append: async (bytes: Uint8Array) => {
      checkBytes('logFile.append', bytes, WRITE_TEXT);
      await attempt(async () => {
        await mkdir(dirname(path), { recursive: true });
        await appendFile(path, bytes);
      });
    },
    cut: async (length: number) => {
      checkInteger('logFile.cut', 'length', length, { least: 0 });
      await attempt(() => truncate(path, length));
    },
  });
}
