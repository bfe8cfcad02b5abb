import type { CheckpointStore } from '../../src/run/index.js';

/** A store that acts like a killed program after a number of writes and removals: that call and all later ones throw. */
export function memoryStore(files = new Map<string, Uint8Array>()) {
  let left = Infinity;
  const change = (work: () => void): Promise<void> => {
    if (left-- <= 0) return Promise.reject(new Error('killed'));
    work();
    return Promise.resolve();
  };
  const store: CheckpointStore = {
    save: (name, bytes) => change(() => void files.set(name, bytes.slice())),
    load: (name) => {
      const bytes = files.get(name);
      return bytes === undefined ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(bytes.slice());
    },
    list: () => Promise.resolve([...files.keys()].sort()),
    remove: (name) => change(() => void files.delete(name)),
  };
  return { store, files, dieAfter: (changes: number) => void (left = changes) };
}
