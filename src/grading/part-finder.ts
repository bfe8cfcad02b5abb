import { dirname, join } from 'node:path';
import { withoutNumber, type StudentFile } from './child/collect-sources.js';
import { readStudentFile } from './read-file.js';

/** Finds the files that a submission imports from its own folder, if they are listed in `parts`. */
export function partFinder(file: string, parts: readonly string[]) {
  return async (part: string): Promise<StudentFile | undefined> =>
    parts.includes(withoutNumber(part)) ? readPart(join(dirname(file), part)) : undefined;
}

/** Reads the TypeScript or JavaScript file of a module; undefined if it is missing, or a link or a device. */
async function readPart(path: string): Promise<StudentFile | undefined> {
  for (const candidate of [`${path}.ts`, `${path}.js`]) {
    const read = await readStudentFile(candidate).catch(() => undefined);
    if (read !== undefined && ('text' in read || read.problem.startsWith('it has'))) return read;
  }
  return undefined;
}
