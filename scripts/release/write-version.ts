import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a version into a build in place of the one that it was made from. */
export function writeVersion(dist: string, before: string, version: string): void {
  for (const name of readdirSync(dist).filter((name) => /\.c?js$/.test(name))) {
    const file = join(dist, name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(JSON.stringify(before), JSON.stringify(version)));
  }
}
