import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heardAs } from './heard.js';

/** A store of checkpoints in memory. */
export function memoryStore(): object {
  const files = new Map<string, Uint8Array>();
  return heardAs('run/CheckpointStore', {
    save: async (name: string, bytes: Uint8Array) => void files.set(name, bytes),
    load: async (name: string) => files.get(name),
    list: async () => [...files.keys()],
    remove: async (name: string) => void files.delete(name),
  });
}

/** A log file in memory. */
export function ownLogFile(): object {
  let bytes = new Uint8Array(0);
  return heardAs('logs/LogFile', {
    append: async (more: Uint8Array) => void (bytes = Uint8Array.from([...bytes, ...more])),
    cut: async (length: number) => void (bytes = bytes.slice(0, length)),
    read: async () => bytes,
  });
}

let folder: string | undefined;
let files = 0;

/** A path in a folder that {@link removeScratch} removes. */
export function scratchPath(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'random-programs-'));
  return join(folder, String(files++));
}

export function removeScratch(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
