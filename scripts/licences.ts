import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of the packages to which files belong; files of our own belong to none. */
export function packagesOf(paths: Iterable<string>): string[] {
  const found = [...paths].flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(found)].sort();
}

/** The licences of packages, whose code may be copied only together with them. */
export async function licencesOf(packages: readonly string[]): Promise<string> {
  const texts = packages.map(async (path) => {
    const file = (await readdir(path)).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${path} has no licence: a bundle may not contain it`);
    return `${path.replace(/^.*node_modules\//, '')}:\n${(await readFile(join(path, file), 'utf8')).trim()}`;
  });
  return (await Promise.all(texts)).join('\n\n');
}
