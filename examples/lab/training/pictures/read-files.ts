import { MAX_CLASSES } from '../../experiment/classes.js';
import { pictureShapeOf, type Pictures } from '../../experiment/pictures.js';
import { classesInTurn } from './classes-in-turn.js';

/** The user's files as pictures, and what was wrong with some. */
export interface ReadFiles {
  /** Undefined if there are too few. */
  readonly pictures: Pictures | undefined;
  /** A sentence about what was not used; empty if all were. */
  readonly complaint: string;
}

/** Files that the user has chosen. */
export interface ChosenFiles {
  readonly files: readonly File[];
  /** The folder of each. */
  readonly folders: readonly string[];
}

/** Converts one file to the bytes of a picture; rejects what is none. */
export type ReadPicture = (file: File) => Promise<Uint8Array>;

/** With fewer, there is nothing to learn. */
const FEWEST = 8;
/** More take long to read, and are learned no better in minutes. */
const MOST = 2_000;

/**
 * Reads the user's own pictures one by one, leaves out those that cannot be read, and says so.
 *
 * @param folders - the folder of each file; if they are in several, each is a class, and the classes take turns
 */
export async function readFiles(
  files: readonly File[],
  read: ReadPicture,
  folders: readonly string[] = [],
): Promise<ReadFiles> {
  const shape = pictureShapeOf('own');
  const all = [...new Set(folders)].sort();
  const named = all.length > 1 ? all.slice(0, MAX_CLASSES) : undefined;
  const classOf = (i: number): number => named?.indexOf(folders[i]!) ?? 0;
  const wanted = [...files.keys()].filter((i) => classOf(i) >= 0);
  const order =
    named === undefined
      ? wanted
      : classesInTurn(
          wanted,
          Uint8Array.from(files, (_, i) => classOf(i)),
        );
  const broken: string[] = [];
  const parts: { readonly bytes: Uint8Array; readonly label: number }[] = [];
  for (const i of order.slice(0, MOST)) {
    try {
      parts.push({ bytes: await read(files[i]!), label: classOf(i) });
    } catch {
      broken.push(files[i]!.name);
    }
  }
  const complaints = [
    ...(all.length > MAX_CLASSES ? [`Only the first ${MAX_CLASSES} of ${all.length} folders are used.`] : []),
    ...(order.length > MOST
      ? [`Only the first ${MOST.toLocaleString('en')} of ${order.length.toLocaleString('en')} files are used.`]
      : []),
    ...(broken.length > 0 ? [unread(broken)] : []),
  ];
  if (parts.length < FEWEST) {
    const got =
      parts.length === 0 ? 'there is none' : `there ${parts.length === 1 ? 'is' : 'are'} only ${parts.length}`;
    complaints.push(`At least ${FEWEST} pictures are needed, and ${got}: choose more.`);
    return { pictures: undefined, complaint: complaints.join(' ') };
  }
  const size = parts[0]!.bytes.length;
  const data = new Uint8Array(parts.length * size);
  parts.forEach(({ bytes }, i) => data.set(bytes, i * size));
  // a folder may have no picture that can be read
  const left = named?.filter((_, k) => parts.some(({ label }) => label === k)) ?? [];
  const classes =
    left.length < 2
      ? {}
      : { classes: left, labels: Uint8Array.from(parts, ({ label }) => left.indexOf(named![label]!)) };
  return { pictures: { data, shape: [parts.length, ...shape], ...classes }, complaint: complaints.join(' ') };
}

function unread(names: readonly string[]): string {
  const [first, ...others] = names.map((name) => (name.length > 40 ? `${name.slice(0, 40)}...` : name));
  const all =
    others.length === 0 ? first : `${first} and ${others.length} other ${others.length === 1 ? 'file' : 'files'}`;
  return `This browser cannot read ${all} as ${others.length === 0 ? 'a picture' : 'pictures'}.`;
}
