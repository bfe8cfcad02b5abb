// Opens every external address to which a page of the site links: `npm run -w docs/site links`, after `npm run -w docs/site build`. Prints the dead ones, each with a
// page that links to it, and exits with 1 if there are any. A workflow runs it every week, because other sites change.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deadAddresses } from './dead-addresses.js';

const SITE = 'out/site';
/** For each address, the first page that links to it. */
const pages = new Map<string, string>();
for (const file of (await readdir(SITE, { recursive: true })).filter((name) => name.endsWith('.html')).sort()) {
  for (const [, address] of (await readFile(join(SITE, file), 'utf8')).matchAll(/\s(?:href|src)="(https?:[^"#]*)/g))
    if (!pages.has(address!)) pages.set(address!.replaceAll('&amp;', '&'), file);
}
const dead = await deadAddresses([...pages.keys()]);
for (const { address, why } of dead) console.log(`${address} (${pages.get(address)!}): ${why}`);
console.log(`links: ${pages.size - dead.length} live, ${dead.length} dead`);
process.exitCode = dead.length > 0 ? 1 : 0;
