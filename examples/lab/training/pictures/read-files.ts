import { pictureShapeOf, type Pictures } from '../../experiment/pictures.js';

/** The user's files as pictures, and what was wrong with some. */
export interface ReadFiles {
  /** Undefined if there are too few. */
  readonly pictures: Pictures | undefined;
  /** A sentence about what was not used; empty if all were. */
  readonly complaint: string;
}

/** Converts one file to the bytes of a picture; rejects what is none. */
export type ReadPicture = (file: File) => Promise<Uint8Array>;

/** With fewer, there is nothing to learn. */
const FEWEST = 8;
/** More take long to read, and are learned no better in minutes. */
const MOST = 2_000;

/** Reads the user's own pictures one by one, leaves out those that cannot be read, and says so. */
export async function readFiles(files: readonly File[], read: ReadPicture): Promise<ReadFiles> {
  const shape = pictureShapeOf('own');
  const broken: string[] = [];
  const parts: Uint8Array[] = [];
  for (const file of files.slice(0, MOST)) {
    try {
      parts.push(await read(file));
    } catch {
      broken.push(file.name);
    }
  }
  const told = [
    ...(files.length > MOST
      ? [`Of ${files.length.toLocaleString('en')} files the first ${MOST.toLocaleString('en')} are used.`]
      : []),
    ...(broken.length > 0 ? [unread(broken)] : []),
  ];
  if (parts.length < FEWEST) {
    const got =
      parts.length === 0 ? 'there is none' : `there ${parts.length === 1 ? 'is' : 'are'} only ${parts.length}`;
    told.push(`At least ${FEWEST} pictures are needed, and ${got}: choose more.`);
    return { pictures: undefined, complaint: told.join(' ') };
  }
  const size = parts[0]!.length;
  const data = new Uint8Array(parts.length * size);
  parts.forEach((part, i) => data.set(part, i * size));
  return { pictures: { data, shape: [parts.length, ...shape] }, complaint: told.join(' ') };
}

function unread(names: readonly string[]): string {
  const [first, ...others] = names.map((name) => (name.length > 40 ? `${name.slice(0, 40)}...` : name));
  const all =
    others.length === 0 ? first : `${first} and ${others.length} other ${others.length === 1 ? 'file' : 'files'}`;
  return `This browser cannot read ${all} as ${others.length === 0 ? 'a picture' : 'pictures'}.`;
}
