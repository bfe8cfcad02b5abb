import { dirname, join } from 'node:path';
import { LONGEST, readStudentFile, type StudentFile } from './read-file.js';
import { stripTypes } from './strip-types.js';

/** The modules of a submission as JavaScript: `answer`, and the parts that it imports. */
export type Sources = ReadonlyMap<string, string>;

/** A module in the same folder, as an import names it. */
const BESIDE = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])\.\/([\w-]+)(?:\.[jt]s)?\2/g;

/**
 * A submission without its types, and the files that it imports from its own folder, if they are among `parts`; a number before the
 * name, such as `02-`, may order them. Anything else that it imports is not there when it runs.
 */
export async function readSources(
  file: string,
  text: string,
  parts: readonly string[],
): Promise<Sources | { readonly problem: string }> {
  const sources = new Map<string, string>();
  const folder = dirname(file);
  let left = LONGEST;
  const add = async (name: string, source: StudentFile, where: string): Promise<string | undefined> => {
    if ('problem' in source) return `${where}${source.problem}`;
    left -= source.text.length;
    if (left < 0) return `it has more than ${LONGEST} characters`;
    const stripped = await stripTypes(source.text);
    if ('problem' in stripped) return `${where}${stripped.problem}`;
    sources.set(name, stripped.code.replace(BESIDE, '$1$2./$3.js$2'));
    for (const [, , , part] of stripped.code.matchAll(BESIDE)) {
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

/** The TypeScript or JavaScript file of a module. One that is no file of the student's own is not there. */
async function readPart(path: string): Promise<StudentFile | undefined> {
  for (const candidate of [`${path}.ts`, `${path}.js`]) {
    const read = await readStudentFile(candidate).catch(() => undefined);
    if (read !== undefined && ('text' in read || read.problem.startsWith('it has'))) return read;
  }
  return undefined;
}
