import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadFile, readImages, readPng, saveFile } from '../../src/node/index.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The part of a hidden file's name that identifies this machine or container. */
function machine(): string {
  const processes = process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : '';
  return createHash('sha256').update(`${hostname()} ${processes}`).digest('hex').slice(0, 8);
}

describe('saveFile and loadFile', () => {
  it('make the folders, return the bytes, and leave no other file', async () => {
    const path = join(folder, 'a/b/model.safetensors');
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    await saveFile(path, bytes);
    expect(await loadFile(path)).toEqual(bytes);
    expect(await readdir(join(folder, 'a/b'))).toEqual(['model.safetensors']);
  });

  it('write a view without the rest of its buffer, and replace what was there', async () => {
    const path = join(folder, 'file');
    await saveFile(path, new Uint8Array(1000));
    await saveFile(path, Uint8Array.of(1, 2, 3, 4).subarray(1, 3));
    expect(Array.from(await loadFile(path))).toEqual([2, 3]);
  });

  it.each([0o600, 0o640, 0o444, 0o755])('keep the permissions of the file that is replaced: %o', async (mode) => {
    const path = join(folder, 'file');
    await writeFile(path, 'old');
    await chmod(path, mode);
    await saveFile(path, Uint8Array.of(1));
    expect((await stat(path)).mode & 0o7777).toBe(mode);
    expect(Array.from(await loadFile(path))).toEqual([1]);
  });

  it.skipIf(process.getuid?.() !== 0)('keep the owner and the group, where the system allows that', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'old');
    await chown(path, 12_345, 23_456);
    await saveFile(path, Uint8Array.of(1));
    expect(await stat(path)).toMatchObject({ uid: 12_345, gid: 23_456 });
  });

  it('write through a link to the file that it leads to, which may be missing, and leave the link', async () => {
    await mkdir(join(folder, 'far/deep'), { recursive: true });
    await writeFile(join(folder, 'far/there'), 'old');
    await chmod(join(folder, 'far/there'), 0o600);
    await symlink('far/deep', join(folder, 'folder'));
    await symlink('../there', join(folder, 'far/deep/link'));
    await symlink('folder/link', join(folder, 'chain'));
    await symlink('../missing', join(folder, 'far/deep/dangling'));
    await saveFile(join(folder, 'chain'), Uint8Array.of(1));
    await saveFile(join(folder, 'folder/dangling'), Uint8Array.of(2));
    for (const link of ['chain', 'far/deep/link', 'far/deep/dangling']) {
      expect((await lstat(join(folder, link))).isSymbolicLink()).toBe(true);
    }
    expect(Array.from(await loadFile(join(folder, 'far/there')))).toEqual([1]);
    expect((await stat(join(folder, 'far/there'))).mode & 0o777).toBe(0o600);
    expect(Array.from(await loadFile(join(folder, 'far/missing')))).toEqual([2]);
    expect((await readdir(join(folder, 'far'))).sort()).toEqual(['deep', 'missing', 'there']);
  });

  it('leave a link that leads to itself, and a pipe', async () => {
    await symlink('round', join(folder, 'round'));
    spawnSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
    await expect(saveFile(join(folder, 'round'), Uint8Array.of(1))).rejects.toThrow(/Node says ELOOP: /);
    await expect(saveFile(join(folder, 'pipe'), Uint8Array.of(1))).rejects.toThrow(/that it is no ordinary file: /);
    expect((await lstat(join(folder, 'pipe'))).isFIFO()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['pipe', 'round']);
  });

  it('do not read from a pipe or a device, which may never end', async () => {
    const pipe = join(folder, 'pipe.png');
    spawnSync('mkfifo', [pipe]);
    await symlink('/dev/zero', join(folder, 'zero'));
    for (const path of [pipe, join(folder, 'zero'), '/dev/zero']) {
      const message = `must be a file that can be read; got ${path}. Node says that it is no ordinary file.`;
      await expect(loadFile(path)).rejects.toThrow(`loadFile: \`path\` ${message}`);
      await expect(readPng(path)).rejects.toThrow(`readPng: \`path\` ${message}`);
      await expect(readImages([path])).rejects.toThrow(`readImages: \`source\` ${message}`);
    }
    await expect(readImages(folder)).rejects.toThrow(/pipe\.png\. Node says that it is no ordinary file\.$/);
  });

  it('let the last of two simultaneous writes win completely', async () => {
    const path = join(folder, 'file');
    await Promise.all([1, 2, 3].map((value) => saveFile(path, new Uint8Array(100_000).fill(value))));
    const bytes = await loadFile(path);
    expect(bytes.length).toBe(100_000);
    expect(new Set(bytes).size).toBe(1);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('leave the old file and nothing half-written when the new one cannot be written', async () => {
    const path = join(folder, 'taken');
    await mkdir(path);
    await writeFile(join(path, 'inside'), 'old');
    await expect(saveFile(path, new Uint8Array(10))).rejects.toThrow(
      /^saveFile: `path` must be a file that can be written; got .*taken\. Node says E[A-Z]+: /,
    );
    expect(await readdir(folder)).toEqual(['taken']);
    expect(await readFile(join(path, 'inside'), 'utf8')).toBe('old');
    await expect(saveFile(join(path, 'inside', 'deeper'), new Uint8Array(1))).rejects.toThrow(/^saveFile: `path` /);
  });

  it('leave the old file and nothing half-written when they are aborted, before or in the middle', async () => {
    const path = join(folder, 'file');
    await saveFile(path, Uint8Array.of(1));
    const reason = new Error('enough');
    for (const isBefore of [true, false]) {
      const stop = new AbortController();
      if (isBefore) stop.abort(reason);
      const saving = saveFile(path, new Uint8Array(2 ** 24), { signal: stop.signal });
      stop.abort(reason);
      await expect(saving).rejects.toBe(reason);
      expect(await readdir(folder)).toEqual(['file']);
      expect(Array.from(await loadFile(path))).toEqual([1]);
    }
  });

  it('remove the hidden files of processes that have ended, with any name, and no other files', async () => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const { pid } = spawnSync(process.execPath, ['--version']);
    const ended = `${pid}.${machine()}.${uuid}`;
    const dead = [`.file.${ended}.unfinished`, `.run-000000120.safetensors.${ended}.unfinished`];
    const others = [
      `.file.${process.pid}.${machine()}.${uuid}.unfinished`,
      `.other.${process.ppid}.${machine()}.${uuid}.unfinished`,
      `other.${ended}.unfinished`,
      `.other.${pid}.unfinished`,
      `.other.${ended}`,
      `.other.${ended}.unfinished.txt`,
      '.file.old',
      'file.txt',
    ];
    for (const name of [...dead, ...others]) await writeFile(join(folder, name), 'x');
    await saveFile(join(folder, 'file'), new Uint8Array(1));
    expect((await readdir(folder)).sort()).toEqual([...others, 'file'].sort());
  });

  it('leave the hidden files of another machine in the same folder, as long as a save may take', async () => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const { pid } = spawnSync(process.execPath, ['--version']);
    const [running, old] = ['a', 'b'].map((name) => `.${name}.${pid}.01234567.${uuid}.unfinished`) as [string, string];
    for (const name of [running, old]) await writeFile(join(folder, name), 'x');
    const before = new Date(Date.now() - 2 * 86_400_000);
    await utimes(join(folder, old), before, before);
    await saveFile(join(folder, 'file'), new Uint8Array(1));
    expect((await readdir(folder)).sort()).toEqual([running, 'file'].sort());
  });

  it('say what the system says when the disk is full, and keep the old file', async () => {
    const path = join(folder, 'file');
    await saveFile(path, Uint8Array.of(1));
    const program = `import { saveFile } from ${JSON.stringify(resolve('src/node/index.ts'))};
      process.on('SIGXFSZ', () => {});
      await saveFile(${JSON.stringify(path)}, new Uint8Array(1e6)).catch(({ message }) => console.log(message));`;
    const file = join(folder, 'program.mts');
    await writeFile(file, program);
    // a limit of 100 kB for a file, which the system reports as it does a full disk
    const words = ['-c', `ulimit -f 100; exec "${process.execPath}" --import tsx "${file}"`];
    const { stdout } = spawnSync('bash', words, { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } });
    expect(stdout).toMatch(/^saveFile: `path` must be a file that can be written; got .*file\. Node says EFBIG: /);
    expect(Array.from(await loadFile(path))).toEqual([1]);
    expect((await readdir(folder)).sort()).toEqual(['file', 'program.mts']);
  });

  it('name a file that is missing', async () => {
    const error = await loadFile(join(folder, 'none')).catch((caught: unknown) => caught as Error);
    expect((error as Error).message).toMatch(
      /^loadFile: `path` must be a file that can be read; got .*none\. There is no such file; /,
    );
    expect(((error as Error).cause as NodeJS.ErrnoException).code).toBe('ENOENT');
    await expect(loadFile(folder)).rejects.toThrow(/^loadFile: `path` .* Node says EISDIR\.$/);
  });

  it('reject another kind of argument', async () => {
    await expect(saveFile('', new Uint8Array(1))).rejects.toThrow(
      /^saveFile: `path` must be the path of a file; got an empty string\.$/,
    );
    await expect(saveFile(join(folder, 'x'), 'text' as unknown as Uint8Array)).rejects.toThrow(TypeError);
    await expect(loadFile(3 as unknown as string)).rejects.toThrow(TypeError);
    expect(await readdir(folder)).toEqual([]);
  });
});
