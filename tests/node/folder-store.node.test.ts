import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderStore } from '../../src/node/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = (...numbers: number[]) => Uint8Array.from(numbers);

test('a store of a folder that is made by the first save keeps, replaces, lists and removes', async () => {
  const store = folderStore(join(folder, 'a/b'));
  expect(await store.list()).toEqual([]);
  await store.save('b.bin', bytes(1, 2));
  await store.save('a.bin', bytes(3));
  await store.save('b.bin', bytes(4));
  expect(await store.list()).toEqual(['a.bin', 'b.bin']);
  expect([await store.load('a.bin'), await store.load('b.bin')]).toEqual([bytes(3), bytes(4)]);
  await store.remove('a.bin');
  await store.remove('a.bin');
  expect(await store.list()).toEqual(['b.bin']);
});

test('unfinished saves and folders are not listed', async () => {
  const store = folderStore(folder);
  await writeFile(join(folder, '.run.json.1.0a-0.unfinished'), 'x');
  await mkdir(join(folder, 'inner'));
  await store.save('a', bytes(1));
  expect(await store.list()).toEqual(['a']);
});

test('a link to a file is saved through, listed and loaded, and a broken one is not listed', async () => {
  const store = folderStore(join(folder, 'store'));
  await store.save('a', bytes(1));
  await symlink('../far', join(folder, 'store/b'));
  expect(await store.list()).toEqual(['a']);
  await store.save('b', bytes(2));
  expect(await store.list()).toEqual(['a', 'b']);
  expect(await store.load('b')).toEqual(bytes(2));
  await store.remove('b');
  expect(await store.list()).toEqual(['a']);
  expect(new Uint8Array(await readFile(join(folder, 'far')))).toEqual(bytes(2));
});

test('the next save removes what killed saves of other steps have left', async () => {
  const store = folderStore(folder);
  const program = `import { folderStore } from ${JSON.stringify(resolve('src/node/index.ts'))};
    await folderStore(${JSON.stringify(folder)}).save(process.argv[2], new Uint8Array(2 ** 28));`;
  const file = join(folder, 'program.mts');
  await writeFile(file, program);
  const hidden = async () => (await readdir(folder)).filter((name) => name.startsWith('.'));
  for (const step of ['run-000000100.bin', 'run-000000200.bin']) {
    const child = spawn(process.execPath, ['--import', 'tsx', file, step], {
      env: { ...process.env, TSX_DISABLE_CACHE: '1' },
      stdio: 'inherit',
    });
    const ended = once(child, 'exit');
    while (!(await hidden()).some((name) => name.startsWith(`.${step}.`))) await setTimeout(5);
    // one that is still going on is left alone
    child.kill('SIGSTOP');
    await store.save('run-000000150.bin', bytes(1));
    expect((await hidden()).length).toBe(1);
    child.kill('SIGKILL');
    await ended;
  }
  expect((await hidden()).length).toBe(1);
  await store.save('run-000000300.bin', bytes(1));
  expect(await hidden()).toEqual([]);
});

test.each(['', '.', '..', '../a', 'a/b', 'a\\b', '.hidden', 'a.', 'a b', 'ä', 'a'.repeat(101), 'a\n'])(
  'the name %j is refused by all methods',
  async (name) => {
    const store = folderStore(folder);
    const says = /^folderStore\.\w+: `name` must be at most 100 letters, digits, dots, hyphens and underscores/;
    await expect(store.save(name, bytes(1))).rejects.toThrow(says);
    await expect(store.load(name)).rejects.toThrow(says);
    await expect(store.remove(name)).rejects.toThrow(says);
    expect(await store.list()).toEqual([]);
  },
);

test('an unknown name, a wrong value and a missing folder are reported in one sentence', async () => {
  const store = folderStore(folder);
  await expect(store.load('a')).rejects.toThrow("folderStore.load: `name` must be one that was saved; got 'a'.");
  await expect(store.save('a', 'text' as never)).rejects.toThrow(
    "folderStore.save: `bytes` must be a Uint8Array; got 'text'",
  );
  await writeFile(join(folder, 'file'), 'x');
  await expect(folderStore(join(folder, 'file')).list()).rejects.toThrow(
    'folderStore.list: `path` must be a folder that can be read',
  );
  await expect(folderStore(join(folder, 'file')).save('a', bytes(1))).rejects.toThrow(
    'folderStore.save: `path` must be',
  );
  expect(() => folderStore('')).toThrow('folderStore: `path` must be the path of a file; got an empty string.');
});
