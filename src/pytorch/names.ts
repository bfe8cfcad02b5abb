import { cut, outOfRange, unusable, wrongKind } from '../tensor/errors.js';

/**
 * The names in the file, if they differ from those of the structure: a record of prefixes, in which `{ '0': 'fc1' }` turns `0.weight`
 * into `fc1.weight`, or a function that takes the name of the structure and returns the name in the file.
 */
export type StateDictNames = Readonly<Record<string, string>> | ((path: string) => string);

/** The names in the file for the given paths, in order. */
export function namesOf(
  where: string,
  paths: readonly string[],
  { names = {}, prefix = '' }: { readonly names?: StateDictNames | undefined; readonly prefix?: string | undefined },
): string[] {
  if (typeof prefix !== 'string')
    throw wrongKind(where, 'prefix', "must be a string such as 'decoder.'", { got: prefix });
  if (names === null || (typeof names !== 'object' && typeof names !== 'function')) {
    throw wrongKind(where, 'names', 'must be a record of names, or a function', { got: names });
  }
  const rename = typeof names === 'function' ? names : byPrefixes(where, names, paths);
  const renamed = paths.map((path) => {
    const name: unknown = rename(path);
    if (typeof name !== 'string' || name === '') {
      throw wrongKind(where, `names(${JSON.stringify(cut(path))})`, 'must be a name', { got: name });
    }
    return `${prefix}${name}`;
  });
  const twice = renamed.findIndex((name, i) => renamed.indexOf(name) !== i);
  if (twice >= 0) {
    const seen = `${renamed[twice]} for ${paths[renamed.indexOf(renamed[twice]!)]} and ${paths[twice]}`;
    throw unusable(where, 'names', 'must give each tensor a different name', { seen });
  }
  return renamed;
}

function byPrefixes(
  where: string,
  names: Readonly<Record<string, string>>,
  paths: readonly string[],
): (path: string) => string {
  const begins = (path: string, key: string): boolean => path === key || path.startsWith(`${key}.`);
  // longest first, because it is the most specific
  const keys = Object.keys(names).sort((a, b) => b.length - a.length);
  const unused = keys.find((key) => !paths.some((path) => begins(path, key)));
  if (unused !== undefined) {
    const near = nearest(unused, paths);
    const fix = near === undefined ? undefined : `Did you mean ${near}?`;
    throw outOfRange(where, 'names', 'must have prefixes of names of the structure as its keys', { got: unused, fix });
  }
  return (path) => {
    const key = keys.find((beginning) => begins(path, beginning));
    return key === undefined ? path : `${names[key]}${path.slice(key.length)}`;
  };
}

/** The largest numbers of names and characters to compare, because a file may have any number. */
const MAX_NAMES = 500;
const MAX_CHARACTERS = 100;

/** The most similar name, if fewer than half of its characters differ. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let [best, fewest]: [string | undefined, number] = [undefined, Math.ceil(Math.min(name.length, MAX_CHARACTERS) / 2)];
  for (const other of names.slice(0, MAX_NAMES)) {
    const changes = changesBetween(name.slice(0, MAX_CHARACTERS), other.slice(0, MAX_CHARACTERS));
    if (changes < fewest) [best, fewest] = [other, changes];
  }
  return best;
}

/** The Levenshtein distance: the number of characters to insert, delete or replace. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
