import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';

/** In the process itself: the command `tsx` would start another one. */
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const env = { ...process.env, TSX_TSCONFIG_PATH: resolve('tsconfig.json') };
const wordsOf = (name: string, words: readonly string[]) => [
  '--import',
  tsx,
  resolve(`examples/${name}/main.ts`),
  ...words,
];

/** Runs an example in a folder, which is made if it is missing. */
export function runExample(name: string, cwd: string, words: readonly string[]) {
  mkdirSync(cwd, { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, wordsOf(name, words), { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Runs an example in a folder, and kills it as soon as it has written a file there. Resolves to the signal that ended it. */
export function interruptExample(name: string, cwd: string, words: readonly string[], file: string) {
  mkdirSync(cwd, { recursive: true });
  const child = spawn(process.execPath, wordsOf(name, words), { cwd, env, stdio: 'ignore' });
  const watch = setInterval(() => existsSync(join(cwd, file)) && child.kill('SIGKILL'), 5);
  return new Promise<NodeJS.Signals | null>((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (_, signal) => settle(signal));
  }).finally(() => clearInterval(watch));
}
