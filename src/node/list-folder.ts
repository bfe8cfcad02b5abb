import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareNaturally } from '../images/natural-order.js';
import { unusable } from '../tensor/errors.js';
import { unreadable } from './file-store.js';

/** The contents of a folder, ordered by name, without hidden entries. */
export interface Folder {
  /** Paths of its PNG and JPEG files. */
  readonly pictures: readonly string[];
  /** Names of the folders in it. */
  readonly folders: readonly string[];
}

const READABLE = /\.(png|jpe?g|jpe|jfif)$/i;
const OTHER_PICTURES = /\.(gif|webp|bmp|tiff?|heic|heif|avif|jxl|jp2|svg)$/i;

/**
 * Lists a folder; `2.png` comes before `10.png`. Other kinds of files are ignored, but a picture in a format that cannot be read is an
 * error, because a model would silently be trained on half of the folder.
 */
export async function listFolder(where: string, argument: string, folder: string): Promise<Folder> {
  const pictures: string[] = [];
  const folders: string[] = [];
  const unreadable: string[] = [];
  for (const { name, isFolder } of await entriesOf(where, argument, folder)) {
    if (isFolder) folders.push(name);
    else if (READABLE.test(name)) pictures.push(join(folder, name));
    else if (OTHER_PICTURES.test(name)) unreadable.push(join(folder, name));
  }
  if (unreadable.length > 0) {
    const rest = unreadable.length > 1 ? ` and ${unreadable.length - 1} more` : '';
    const fix = 'Convert them, or pass a list of the paths to read.';
    const rule = 'must have no pictures but PNG and JPEG files';
    throw unusable(where, argument, rule, { seen: `${unreadable[0]}${rest}`, fix });
  }
  return { pictures, folders };
}

async function entriesOf(where: string, argument: string, folder: string) {
  try {
    const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
    entries.sort((a, b) => compareNaturally(a.name, b.name));
    return await Promise.all(
      entries.map(async (entry) => ({
        name: entry.name,
        // a link counts as its target; a broken one counts as a file, so reading it reports the problem
        isFolder: entry.isSymbolicLink()
          ? await stat(join(folder, entry.name)).then(
              (target) => target.isDirectory(),
              () => false,
            )
          : entry.isDirectory(),
      })),
    );
  } catch (cause) {
    throw unreadable(where, argument, 'folder', folder, cause);
  }
}
