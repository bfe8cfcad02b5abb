import { readdirSync, readFileSync } from 'node:fs';
// @ts-expect-error: the settings of size-limit are JavaScript
import settings from '../.size-limit.js';

const limits = settings as readonly { readonly name: string; readonly limit: string }[];

/** A number between these is the limit of this name; in a table or a sentence, comments are not shown. */
const PLACE = /(<!-- size: (.+?) -->)(.*?)(<!-- end -->)/g;

/** The guides that say sizes. */
export const pagesWithSizes = (): string[] =>
  readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`)
    .filter((file) => readFileSync(file, 'utf8').includes('<!-- size: '));

/** A guide with the sizes that `npm run tool -- size` allows. */
export function withSizes(text: string): string {
  return text.replaceAll(PLACE, (_, begin: string, name: string, __, end: string) => {
    const found = limits.find((one) => one.name === name);
    if (found === undefined) throw new Error(`.size-limit.js: no limit has the name ${name}`);
    return `${begin}${found.limit}${end}`;
  });
}
