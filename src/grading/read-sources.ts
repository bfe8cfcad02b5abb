import { dirname, join } from 'node:path';
import { MAX_LENGTH, readStudentFile, type StudentFile } from './read-file.js';
import { stripTypes } from './strip-types.js';

/** The modules of a submission as JavaScript: `answer`, and the parts that it imports. */
export type Sources = ReadonlyMap<string, string>;

/** An import of a module in the same folder. */
const LOCAL_IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])\.\/([\w-]+)(?:\.[jt]s)?\2/g;

/**
 * Reads a submission without its types, and the files that it imports from its own folder, if they are listed in `parts`. A file's name
 * may begin with a number, such as `02-`. Other imports fail when the submission runs.
 */
export async function readSources(
  file: string,
  text: string,
  parts: readonly string[],
): Promise<Sources | { readonly problem: string }> {
  const sources = new Map<string, string>();
  const folder = dirname(file);
  let left = MAX_LENGTH;
  const add = async (name: string, source: StudentFile, where: string): Promise<string | undefined> => {
    if ('problem' in source) return `${where}${source.problem}`;
    left -= source.text.length;
    if (left < 0) return `it has more than ${MAX_LENGTH} characters`;
    const stripped = await stripTypes(source.text);
    if ('problem' in stripped) return `${where}${stripped.problem}`;
    sources.set(name, stripped.code.replace(LOCAL_IMPORT, '$1$2./$3.js$2'));
    for (const [, , , part] of stripped.code.matchAll(LOCAL_IMPORT)) {
      if (sources.has(part!) || !parts.includes(part!.replace(/^\d\d-/, ''))) continue;
      const found = await readPart(join(folder, part!));
      const problem = found && (await add(part!, found, `${part!}, `));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  const problem = await add('answer', { text }, '');
  return problem === undefined ? sources : { problem };
}

/** Reads the TypeScript or JavaScript file of a module; undefined if it is missing, or a link or a device. */
async function readPart(path: string): Promise<StudentFile | undefined> {
  for (const candidate of [`${path}.ts`, `${path}.js`]) {
    const read = await readStudentFile(candidate).catch(() => undefined);
    if (read !== undefined && ('text' in read || read.problem.startsWith('it has'))) return read;
  }
  return undefined;
}
