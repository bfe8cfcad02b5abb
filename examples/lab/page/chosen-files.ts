import type { ChosenFiles } from '../training/pictures/read-files.js';

/** Files with the names of the folders that they are in. */
const chosen = (files: readonly { readonly file: File; readonly folder: string }[]): ChosenFiles => {
  const pictures = files.filter(({ file }) => file.type.startsWith('image/'));
  return { files: pictures.map(({ file }) => file), folders: pictures.map(({ folder }) => folder) };
};

/** The pictures of an input for files, or for a folder: then with the innermost folder of each. */
export const chosenIn = (files: readonly File[]): ChosenFiles =>
  chosen(files.map((file) => ({ file, folder: file.webkitRelativePath.split('/').at(-2) ?? '' })));

/** The pictures among what is dropped, and in folders that are dropped; undefined if there is neither picture nor folder. */
export function droppedIn({ files, items }: DataTransfer): Promise<ChosenFiles> | undefined {
  // entries are there only while the event is handled
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const hasPictures = [...files].some(({ type }) => type.startsWith('image/'));
  if (!hasPictures && !entries.some(({ isDirectory }) => isDirectory)) return undefined;
  if (entries.length === 0) return Promise.resolve(chosenIn([...files]));
  return Promise.all(entries.map((entry) => filesOf(entry, ''))).then((all) => chosen(all.flat()));
}

async function filesOf(entry: FileSystemEntry, folder: string): Promise<{ file: File; folder: string }[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, folder }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  // a reader gives some at a time, and none at the end
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((one) => filesOf(one, entry.name)))).flat();
}
