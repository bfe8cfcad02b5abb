// Runs that this browser keeps, so that a reload loses nothing.
import { browserStore } from 'tfjs-generative/browser';
import { pictureShapeOf, type Pictures } from '../experiment/pictures.js';
import { readCheckpoint, type SavedRun } from '../files/read-checkpoint.js';

/** Runs that are kept; older ones are removed. */
const MAX_KEPT = 3;
/** Milliseconds after which a database that does not answer counts as none. */
const PATIENCE = 4_000;

const store = browserStore({ name: 'tfjs-generative-lab', timeout: PATIENCE });
/** The user's own pictures, under the names of the runs that learn them. */
const pictureStore = browserStore({ name: 'tfjs-generative-lab-pictures', timeout: PATIENCE });

/** A name for a run; names sort by the time at which runs began. */
export function newName(): string {
  return `${Date.now().toString(36).padStart(9, '0')}-${Math.random().toString(36).slice(2, 8)}x`;
}

/** Keeps a run under its name, and once the pictures of the user's own that it learns. */
export async function keepRun(name: string, checkpoint: Uint8Array, pictures?: Pictures): Promise<void> {
  if (pictures !== undefined && !(await pictureStore.list()).includes(name)) {
    const { data, labels, classes } = pictures;
    if (labels !== undefined && classes !== undefined) {
      const text = JSON.stringify({ labels: [...labels], classes });
      await pictureStore.save(classesOf(name), new TextEncoder().encode(text));
    }
    await pictureStore.save(name, data);
  }
  await store.save(name, checkpoint);
  const names = await store.list();
  for (const old of names.slice(0, -MAX_KEPT)) {
    if (old === name) continue;
    await store.remove(old);
    await pictureStore.remove(old);
    await pictureStore.remove(classesOf(old));
  }
}

/** The names of kept runs, oldest first; none where the browser keeps nothing. */
export async function keptNames(): Promise<string[]> {
  return store.list().catch(() => []);
}

/** A kept run; undefined if it cannot be read. */
export async function readKept(name: string): Promise<SavedRun | undefined> {
  try {
    const bytes = await store.load(name);
    return readCheckpoint(bytes, await readPictures(name));
  } catch {
    return undefined;
  }
}

/** The name under which the classes of pictures are. */
const classesOf = (name: string): string => `${name}-classes`;

/** The user's own pictures that a run learns; undefined if it learns none. */
async function readPictures(name: string): Promise<Pictures | undefined> {
  const data = await pictureStore.load(name).catch(() => undefined);
  if (data === undefined) return undefined;
  const shape = pictureShapeOf('own');
  const pictures: Pictures = {
    data,
    shape: [data.length / shape.reduce((product, side) => product * side, 1), ...shape],
  };
  const bytes = await pictureStore.load(classesOf(name)).catch(() => undefined);
  if (bytes === undefined) return pictures;
  const { labels, classes } = JSON.parse(new TextDecoder().decode(bytes)) as { labels: number[]; classes: string[] };
  return { ...pictures, labels: Uint8Array.from(labels), classes };
}
