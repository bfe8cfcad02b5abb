import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleOf } from '../support/bundle.js';

/** All numbers of threads give the same bits; tests/wasm and test:runtimes compare them. */
const oneThread = ['--import', pathToFileURL(resolve('tests/examples/one-thread.mjs')).href];

/** Bundles an example or a research run. Its modules find files by `examplePath`, from examples/shared. */
function programOf(name: string): string {
  const [example, research] = [`examples/${name}/main.ts`, `examples/research/${name}/main.ts`];
  return bundleOf(existsSync(example) ? example : research, 'examples/shared/bundle.js');
}

/** Runs an example in a folder, which is made if it is missing. */
export function runExample(name: string, cwd: string, words: readonly string[]) {
  mkdirSync(cwd, { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [...oneThread, programOf(name), ...words], {
    cwd,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Runs an example in a folder, and kills it as soon as it has written a file there. Resolves to the signal that ended it. */
export function interruptExample(name: string, cwd: string, words: readonly string[], file: string) {
  mkdirSync(cwd, { recursive: true });
  const child = spawn(process.execPath, [...oneThread, programOf(name), ...words], { cwd, stdio: 'ignore' });
  const watch = setInterval(() => existsSync(join(cwd, file)) && child.kill('SIGKILL'), 5);
  return new Promise<NodeJS.Signals | null>((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (_, signal) => settle(signal));
  }).finally(() => clearInterval(watch));
}
