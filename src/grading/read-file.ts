import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { MAX_LENGTH, type StudentFile } from './child/collect-sources.js';

/** Opens neither links nor pipes that would wait; a flag that the system does not have is 0. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file that a student handed in. It must be a regular file with one name, in a folder that is not a link to a folder elsewhere: a
 * link could lead to the solution, and a pipe or a device may never end. Throws the system's error if the file is missing or a folder.
 */
export async function readStudentFile(path: string): Promise<StudentFile> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return { problem: 'it is a link to a file, not a file' };
  if (found.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  if (!found.isFile()) return { problem: 'it is a pipe, a socket or a device, not a file' };
  if (found.nlink > 1) return { problem: 'it is a hard link, whose file has a second name: hand in a copy' };
  if (await leadsOut(dirname(resolve(path)))) return { problem: 'its folder is a link to a folder elsewhere' };
  const file = await open(path, FLAGS);
  try {
    const { dev, ino } = await file.stat();
    if (dev !== found.dev || ino !== found.ino) return { problem: 'it was replaced while it was read' };
    // the most bytes that this many characters can have, and one more
    const bytes = Buffer.alloc(4 * MAX_LENGTH + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read)
      ({ bytesRead: read } = await file.read(bytes, size, bytes.length - size, size));
    const text = bytes.toString('utf8', 0, size);
    return text.length > MAX_LENGTH ? { problem: `it has more than ${MAX_LENGTH} characters` } : { text };
  } finally {
    await file.close();
  }
}

/** Whether a folder is a link that leads out of the folder that contains it. */
async function leadsOut(folder: string): Promise<boolean> {
  const path = relative(await realpath(dirname(folder)), await realpath(folder));
  return isAbsolute(path) || /^\.\.(?:[\\/]|$)/.test(path);
}
