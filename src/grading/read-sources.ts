import { dirname, join } from 'node:path';
import { collectSources, withoutNumber, type Sources, type StudentFile } from './collect-sources.js';
import { readStudentFile } from './read-file.js';

/** Reads a submission, and the files that it imports from its own folder, if they are listed in `parts`. */
export async function readSources(
  file: string,
  text: string,
  parts: readonly string[],
): Promise<Sources | { readonly problem: string }> {
  return collectSources(text, async (part) =>
    parts.includes(withoutNumber(part)) ? readPart(join(dirname(file), part)) : undefined,
  );
}

/** Reads the TypeScript or JavaScript file of a module; undefined if it is missing, or a link or a device. */
async function readPart(path: string): Promise<StudentFile | undefined> {
  for (const candidate of [`${path}.ts`, `${path}.js`]) {
    const read = await readStudentFile(candidate).catch(() => undefined);
    if (read !== undefined && ('text' in read || read.problem.startsWith('it has'))) return read;
  }
  return undefined;
}
