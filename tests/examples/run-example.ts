import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const tsconfig = resolve('tsconfig.json');

/** Runs an example in a folder, which is made if it is missing. */
export function runExample(name: string, cwd: string, words: readonly string[]) {
  mkdirSync(cwd, { recursive: true });
  const main = resolve(`examples/${name}/main.ts`);
  return spawnSync(process.execPath, [tsx, '--tsconfig', tsconfig, main, ...words], { cwd, encoding: 'utf8' });
}
