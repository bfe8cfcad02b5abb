// Reads the modules of a submission, wherever they come from: it also runs in a page.
import { stripTypes } from './strip-types.js';

/** The largest number of characters in a file; longer ones are rejected. */
export const MAX_LENGTH = 2 ** 18;

/** The text of a student's file, or why it was not read. */
export type StudentFile = { readonly text: string } | { readonly problem: string };

/** The modules of a submission as JavaScript: `answer`, and the parts that it imports. */
export type Sources = ReadonlyMap<string, string>;

/** An import of a module in the same folder. */
const LOCAL_IMPORT = /(\bfrom\s*|\bimport\s*(?:\(\s*)?)(['"])\.\/([\w-]+)(?:\.[jt]s)?\2/g;

/**
 * Removes the types from a submission, and from the parts that it imports, which `findPart` reads; imports that it does not find fail when
 * the submission runs. A part's name may begin with a number, such as `02-`.
 */
export async function collectSources(
  text: string,
  findPart: (part: string) => Promise<StudentFile | undefined>,
): Promise<Sources | { readonly problem: string }> {
  const sources = new Map<string, string>();
  let left = MAX_LENGTH;
  const add = async (name: string, source: StudentFile, where: string): Promise<string | undefined> => {
    if ('problem' in source) return `${where}${source.problem}`;
    left -= source.text.length;
    if (left < 0) return `it has more than ${MAX_LENGTH} characters`;
    const stripped = stripTypes(source.text);
    if ('problem' in stripped) return `${where}${stripped.problem}`;
    sources.set(name, stripped.code.replace(LOCAL_IMPORT, '$1$2./$3.js$2'));
    for (const [, , , part] of stripped.code.matchAll(LOCAL_IMPORT)) {
      if (sources.has(part!)) continue;
      const found = await findPart(part!);
      const problem = found && (await add(part!, found, `${part!}, `));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  const problem = await add('answer', { text }, '');
  return problem === undefined ? sources : { problem };
}

/** The name of a part without its number. */
export const withoutNumber = (part: string): string => part.replace(/^\d\d-/, '');
