import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';

/** In the process itself: the command `tsx` would start another one. */
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const env = { ...process.env, TSX_TSCONFIG_PATH: resolve('tsconfig.json') };

/** Runs an example in a folder, which is made if it is missing. */
export function runExample(name: string, cwd: string, words: readonly string[]) {
  mkdirSync(cwd, { recursive: true });
  const main = resolve(`examples/${name}/main.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', tsx, main, ...words], {
    cwd,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
