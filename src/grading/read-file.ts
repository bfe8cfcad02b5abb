import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';

/** Longer files are refused unread. */
export const LONGEST = 2 ** 18;

/** The text of a student's file, or why it is not read. */
export type StudentFile = { readonly text: string } | { readonly problem: string };

/** A link is never followed, and a pipe is not waited for; what a system does not know of is 0. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file that a student handed in: a regular file with one name, in a folder that is no way out of the one above it. Links lead to
 * the solution, and pipes and devices never end. Throws the system's error where there is no file, or a folder.
 */
export async function readStudentFile(path: string): Promise<StudentFile> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return { problem: 'it is a link, and not the file itself' };
  if (found.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  if (!found.isFile()) return { problem: 'it is a pipe, a socket or a device, and not a file' };
  if (found.nlink > 1) return { problem: 'it is a link, since its file has another name as well: hand in a copy' };
  if (await leadsOut(dirname(resolve(path)))) return { problem: 'its folder is a link that leads elsewhere' };
  const file = await open(path, FLAGS);
  try {
    const { dev, ino } = await file.stat();
    if (dev !== found.dev || ino !== found.ino) return { problem: 'it was replaced while it was read' };
    // as many bytes as so many characters can have, and one more
    const bytes = Buffer.alloc(4 * LONGEST + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read)
      ({ bytesRead: read } = await file.read(bytes, size, bytes.length - size, size));
    const text = bytes.toString('utf8', 0, size);
    return text.length > LONGEST ? { problem: `it has more than ${LONGEST} characters` } : { text };
  } finally {
    await file.close();
  }
}

/** Whether a folder is a link that leads out of the folder that contains it. */
async function leadsOut(folder: string): Promise<boolean> {
  const way = relative(await realpath(dirname(folder)), await realpath(folder));
  return isAbsolute(way) || /^\.\.(?:[\\/]|$)/.test(way);
}
