import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('what was not saved, is no bytes or has no folder is told in a sentence', async () => {
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
