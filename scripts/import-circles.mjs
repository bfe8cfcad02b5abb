import { posix } from 'node:path';

/** Imports and re-exports that a program runs: not those of types alone. */
const IMPORT = /^(?:import|export)\s(?!type\s)([^;'"]*?from\s*)?'(\.[^']+)\.js';/gm;

/** Whether all names in the braces of an import are types. */
const isOfTypes = (names) => {
  const [, inner] = /^\{([^}]*)\}\s*from\s*$/.exec(names ?? '') ?? [];
  const list =
    inner
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? [];
  return list.length > 0 && list.every((name) => name.startsWith('type '));
};

/**
 * Files that import each other when a program runs: a circle, from a file back to itself; undefined if there is none.
 *
 * @param {ReadonlyMap<string, string>} sources - the text of each file by its path
 * @returns {string[] | undefined}
 */
export function findCircle(sources) {
  /** @type {(file: string) => string[]} */
  const importsOf = (file) =>
    [...sources.get(file).matchAll(IMPORT)]
      .filter(([, names]) => !isOfTypes(names))
      .map(([, , path]) => posix.join(posix.dirname(file), `${path}.ts`))
      .filter((path) => sources.has(path));
  const done = new Set();
  const path = [];
  /** @type {(file: string) => string[] | undefined} */
  const visit = (file) => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const other of importsOf(file)) {
      const circle = visit(other);
      if (circle !== undefined) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of sources.keys()) {
    const circle = visit(file);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
