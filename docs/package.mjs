// Data from package.json for the pages: the entries, and the address of the source.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The entries of the package by the names of their rooms, and `index`, the main one. Paths that are not modules, such as package.json, are not entries. */
export const entries = Object.keys(manifest.exports)
  .filter((path) => typeof manifest.exports[path] !== 'string')
  .map((path) => (path === '.' ? 'index' : path.slice(2)));

/** The module of an entry. */
export const moduleOf = (entry) => (entry === 'index' ? 'src/index.ts' : `src/${entry}/index.ts`);

/** The name by which an entry is imported. */
export const importOf = (entry) => (entry === 'index' ? manifest.name : `${manifest.name}/${entry}`);

/** Where people read the source, by the `repository.url` of package.json: undefined until its owner fills it in. */
export const sourceOf = (url) => /^git\+(https:\/\/.+)\.git$/.exec(url ?? '')?.[1];

export const source = sourceOf(manifest.repository?.url);

/** The address of the site, with a slash at its end: the build's SITE_URL, else `homepage` of package.json. Undefined until one of them is given. */
export function addressOf({ SITE_URL: url }, { homepage }) {
  const address = url || homepage;
  if (!address) return undefined;
  if (!/^https?:\/\/[^/]/.test(address))
    throw new Error(
      `The address of the site (SITE_URL, or homepage of package.json) must begin with https://; got ${address}`,
    );
  return address.replace(/\/*$/, '/');
}

export const siteAddress = addressOf(process.env, manifest);
