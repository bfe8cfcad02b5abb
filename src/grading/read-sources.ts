import { lstat, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripTypes } from './strip-types.js';

/** The modules of a submission as JavaScript: `answer`, and the parts that it imports. */
export type Sources = ReadonlyMap<string, string>;

/** Longer submissions are refused unread. */
const LONGEST = 2 ** 18;

/** A module in the same folder, as an import names it. */
const BESIDE = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])\.\/([\w-]+)(?:\.[jt]s)?\2/g;

/**
 * Reads a submission without its types, and the files beside it that it imports, as far as they are among `parts`; a number before the
 * name, such as `02-`, may order them. Anything else that it imports is not there when it runs.
 */
export async function readSources(
  file: string,
  parts: readonly string[],
): Promise<Sources | { readonly problem: string }> {
  const sources = new Map<string, string>();
  const folder = dirname(file);
  let left = LONGEST;
  const add = async (name: string, path: string, where: string): Promise<string | undefined> => {
    const text = await readFile(path, 'utf8');
    left -= text.length;
    if (left < 0) return `it has more than ${LONGEST} characters`;
    const stripped = await stripTypes(text);
    if ('problem' in stripped) return `${where}${stripped.problem}`;
    sources.set(name, stripped.code.replace(BESIDE, '$1$2./$3.js$2'));
    for (const [, , , part] of stripped.code.matchAll(BESIDE)) {
      if (sources.has(part!) || !parts.includes(part!.replace(/^\d\d-/, ''))) continue;
      const path = await fileOf(join(folder, part!));
      const problem = path && (await add(part!, path, `${part!}, `));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  const problem = await add('answer', file, '');
  return problem === undefined ? sources : { problem };
}

/** The TypeScript or JavaScript file of a module; a link might lead out of the folder. */
async function fileOf(path: string): Promise<string | undefined> {
  for (const candidate of [`${path}.ts`, `${path}.js`])
    if ((await lstat(candidate).catch(() => undefined))?.isFile() === true) return candidate;
  return undefined;
}
