import { joined } from '../training/saving/protobuf.js';
import { checkBytes, WRITE_TEXT } from '../tensor/check-bytes.js';
import { wrongKind } from '../tensor/errors.js';
import { checkInteger } from '../tensor/plain-checks.js';

/** A file to which text is appended: a file in Node, or {@link memoryFile}. Only one writer may use it at a time. */
export interface LogFile {
  /** All bytes so far; none if the file does not exist yet. */
  read(): Promise<Uint8Array>;
  /** Adds bytes at the end, and resolves once they are safe even if the program is killed. */
  append(bytes: Uint8Array): Promise<void>;
  /** Removes all bytes from this position on. */
  cut(length: number): Promise<void>;
}

/** A file in memory, made by {@link memoryFile}. */
export interface MemoryFile extends LogFile {
  /** The content so far, for a download: `URL.createObjectURL(file.blob('text/csv'))`. */
  blob(type?: string): Blob;
}

/**
 * A file in memory, which a page can offer as a download.
 *
 * @returns an empty file
 * @example
 * ```ts
 * const file = memoryFile();
 * await file.append(new TextEncoder().encode('step,loss'));
 * console.log(await file.blob('text/csv').text()); // step,loss
 * ```
 */
export function memoryFile(): MemoryFile {
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  const whole = (): Uint8Array<ArrayBuffer> => {
    // merged into one piece, so that the next call copies nothing
    if (pieces.length !== 1) pieces = [joined(pieces)];
    return pieces[0]!;
  };
  return Object.freeze({
    read: async () => whole().slice(),
    append: async (bytes: Uint8Array) => {
      checkBytes('append', bytes, WRITE_TEXT);
      pieces.push(new Uint8Array(bytes));
    },
    cut: async (length: number) => {
      checkInteger('cut', 'length', length, { least: 0 });
      pieces = [whole().slice(0, length)];
    },
    blob: (type = 'application/octet-stream') => {
      if (typeof type !== 'string')
        throw wrongKind('blob', 'type', "must be a media type such as 'text/csv'", { got: type });
      return new Blob([whole()], { type });
    },
  });
}
