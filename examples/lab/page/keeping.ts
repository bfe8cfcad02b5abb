// Runs that this browser keeps, so that a reload loses nothing.
import { browserStore } from 'tfjs-generative/browser';
import { readCheckpoint, type SavedRun } from '../files/read-checkpoint.js';

/** Runs that are kept; older ones are removed. */
const MOST_KEPT = 3;
/** Milliseconds after which a database that does not answer counts as none. */
const PATIENCE = 4_000;

const store = browserStore({ name: 'tfjs-generative-lab', timeout: PATIENCE });

/** A name for a run; names sort by the time at which runs began. */
export function newName(): string {
  return `${Date.now().toString(36).padStart(9, '0')}-${Math.random().toString(36).slice(2, 8)}x`;
}

/** Keeps a run under its name. */
export async function keepRun(name: string, checkpoint: Uint8Array): Promise<void> {
  await store.save(name, checkpoint);
  const names = await store.list();
  for (const old of names.slice(0, -MOST_KEPT)) if (old !== name) await store.remove(old);
}

/** The names of kept runs, oldest first; none where the browser keeps nothing. */
export async function keptNames(): Promise<string[]> {
  return store.list().catch(() => []);
}

/** A kept run; undefined if it cannot be read. */
export async function readKept(name: string): Promise<SavedRun | undefined> {
  return store
    .load(name)
    .then(readCheckpoint)
    .catch(() => undefined);
}
