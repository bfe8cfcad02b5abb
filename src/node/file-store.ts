import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync, type Stats } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { checkBytes, WRITE_TEXT } from '../tensor/check-bytes.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions, signalRule } from '../tensor/options.js';
import { withCause } from '../tensor/with-cause.js';

/** Options of {@link saveFile}. */
export interface SaveFileOptions {
  /** Cancels the save, leaves the existing file unchanged, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a file completely or not at all, and creates the folders above it.
 *
 * The bytes go to a hidden file in the same folder, which is renamed to `path` once they are on the disk. A reader, or
 * a program started after a crash, finds either the old file or the new one, never a part of one. If a save is killed, the next
 * save into the same folder removes its hidden file.
 *
 * A replaced file keeps its permissions, and its owner and group if the system allows it. A link stays a link, and its target is
 * replaced.
 *
 * @param path - the file; an existing one is replaced, unless it is a device, pipe or socket.
 * @param bytes - its whole content.
 * @param options - see {@link SaveFileOptions}
 * @returns a promise that resolves when the file has its name.
 * @throws (as a rejection) TypeError for arguments of the wrong type, Error if the file cannot be written (`cause` has Node's error).
 * @example
 * ```ts
 * await saveFile('out/checkpoint.safetensors', await saveCheckpoint(trainer));
 * ```
 * @see https://man7.org/linux/man-pages/man2/rename.2.html, which replaces a file in one step
 */
export async function saveFile(path: string, bytes: Uint8Array, options: SaveFileOptions = {}): Promise<void> {
  const { signal } = readOptions('saveFile', options, { signal: signalRule });
  checkPath('saveFile', path);
  checkBytes('saveFile', bytes, WRITE_TEXT);
  await replaceFile('saveFile', path, bytes, signal);
}

/**
 * Reads a whole file.
 *
 * @param path - the file.
 * @returns its bytes, which belong to the caller.
 * @throws (as a rejection) TypeError if `path` is not a string, Error if there is no such file, it cannot be read (`cause` has Node's error),
 *   or it is a device, pipe or socket.
 * @example
 * ```ts
 * await loadCheckpoint(trainer, await loadFile('out/checkpoint.safetensors'));
 * ```
 */
export async function loadFile(path: string): Promise<Uint8Array> {
  checkPath('loadFile', path);
  return readBytes('loadFile', 'path', path);
}

/** Reads a whole file like {@link loadFile}, for an argument of the function `where`. */
export async function readBytes(where: string, argument: string, path: string): Promise<Uint8Array> {
  try {
    checkOrdinary(await stat(path));
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (cause) {
    throw unreadable(where, argument, 'file', path, cause);
  }
}

/** The error for a file or folder that cannot be read. */
export function unreadable(
  where: string,
  argument: string,
  kind: 'file' | 'folder',
  path: string,
  cause: unknown,
): Error {
  const code = codeOf(cause);
  let fix = `Node says ${code}.`;
  if (code === 'ENOENT') fix = `There is no such ${kind}; the full path is ${resolve(path)}.`;
  if (code === 'ENOTDIR' && kind === 'folder') fix = 'It is a file: pass a list of paths.';
  return withCause(unusable(where, argument, `must be a ${kind} that can be read`, { seen: path, fix }), cause);
}

/** The error for a file that cannot be written. */
export function unwritable(where: string, path: string, cause: unknown): Error {
  const fix = `Node says ${codeOf(cause)}: choose another path or free this one.`;
  return withCause(unusable(where, 'path', 'must be a file that can be written', { seen: path, fix }), cause);
}

/** Throws unless `path` is a string that can name a file. */
export function checkPath(where: string, path: unknown): asserts path is string {
  if (typeof path === 'string' && path !== '') return;
  const seen = path === '' ? 'an empty string' : undefined;
  throw wrongKind(where, 'path', 'must be the path of a file', { got: path, seen });
}

/** Writes a file like {@link saveFile}, for the function `where`. */
export async function replaceFile(where: string, path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  const here = machine();
  let unfinished: string | undefined;
  try {
    const target = await targetOf(path);
    const old = await stat(target).catch(() => undefined);
    if (old !== undefined) checkOrdinary(old);
    const folder = dirname(target);
    // in the same folder, because a rename across file systems is not atomic.
    unfinished = join(folder, `.${basename(target)}.${process.pid}.${here}.${randomUUID()}.unfinished`);
    await mkdir(folder, { recursive: true });
    const file = await open(unfinished, 'wx', old === undefined ? 0o666 : old.mode & 0o777);
    try {
      if (old !== undefined) await copyOwner(file, old);
      await file.writeFile(bytes, { signal });
      // without this, a power cut can leave the new name on an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    signal?.throwIfAborted();
    await rename(unfinished, target);
    await removeLeftovers(folder, here);
  } catch (cause) {
    if (unfinished !== undefined) await rm(unfinished, { force: true }).catch(() => undefined);
    if (signal?.aborted) throw signal.reason;
    throw unwritable(where, path, cause);
  }
}

/** Throws for a device, a pipe or a socket, because reading one may never end. For a folder, Node itself throws. */
export function checkOrdinary(found: Stats): void {
  if (found.isFile() || found.isDirectory()) return;
  throw Object.assign(new Error('a device, pipe or socket'), { code: 'that it is no ordinary file' });
}

/** The target of a path after all links; it may not exist yet. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : targetOf(resolve(await realpath(dirname(path)), link));
  }
}

/** Gives a file the owner, the group and the permissions of another one; only root may change an owner. */
async function copyOwner(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  const current = await file.stat();
  if (gid !== current.gid) await file.chown(current.uid, gid).catch(() => undefined);
  if (uid !== current.uid) await file.chown(uid, gid).catch(() => undefined);
  // in this order: a new owner clears bits of the mode
  if (mode !== (await file.stat()).mode) await file.chmod(mode & 0o7777);
}

/** Identifies the machine or container to which process numbers belong, because others may share the folder. */
function machine(): string {
  let processes = '';
  try {
    processes = readlinkSync('/proc/self/ns/pid');
  } catch {
    // not Linux
  }
  return createHash('sha256').update(`${hostname()} ${processes}`).digest('hex').slice(0, 8);
}

/** Removes the hidden files of killed saves into a folder, whatever their name: a checkpoint's name contains its step. */
async function removeLeftovers(folder: string, here: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (await isLeftover(name, path, here)) await rm(path, { force: true }).catch(() => undefined);
  }
}

/** `.NAME.PROCESS.MACHINE.UUID.unfinished` */
const UNFINISHED = /^\..+?\.(\d+)\.([0-9a-f]{8})\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.unfinished$/;
/** More milliseconds than any save takes: a day. */
const MAX_SAVE_MS = 86_400_000;

/** Whether a hidden file was written by a process that has ended. On another machine that is unknown, so the file must be old. */
async function isLeftover(name: string, path: string, here: string): Promise<boolean> {
  const [, writer, where] = UNFINISHED.exec(name) ?? [];
  if (writer === undefined) return false;
  if (where !== here) {
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    return Date.now() - mtimeMs > MAX_SAVE_MS;
  }
  try {
    process.kill(Number(writer), 0);
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
  // a zombie process still has its number; Linux shows its state
  const state = await readFile(`/proc/${writer}/stat`, 'utf8').catch(() => '');
  return /\) Z /.test(state);
}

/** The code of an error of Node: `ENOENT`. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
