import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const bundles = new Map<string, string>();

/** An example in one file, which starts in a third of the time that tsx takes. */
function bundleOf(name: string): string {
  const known = bundles.get(name);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [`examples/${name}/main.ts`],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    // where examples find their files: each is named from a folder of examples/
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(resolve('examples/shared/bundle.js')).href) },
    write: false,
  });
  const folder = resolve('temp/examples');
  mkdirSync(folder, { recursive: true });
  // whole or not at all: another process may make and run the same
  const [unfinished, bundle] = [join(folder, `${name}.${process.pid}`), join(folder, `${name}.mjs`)];
  writeFileSync(unfinished, outputFiles[0]!.contents);
  renameSync(unfinished, bundle);
  bundles.set(name, bundle);
  return bundle;
}

/** Runs an example in a folder, which is made if it is missing. */
export function runExample(name: string, cwd: string, words: readonly string[]) {
  mkdirSync(cwd, { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundleOf(name), ...words], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Runs an example in a folder, and kills it as soon as it has written a file there. Resolves to the signal that ended it. */
export function interruptExample(name: string, cwd: string, words: readonly string[], file: string) {
  mkdirSync(cwd, { recursive: true });
  const child = spawn(process.execPath, [bundleOf(name), ...words], { cwd, stdio: 'ignore' });
  const watch = setInterval(() => existsSync(join(cwd, file)) && child.kill('SIGKILL'), 5);
  return new Promise<NodeJS.Signals | null>((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (_, signal) => settle(signal));
  }).finally(() => clearInterval(watch));
}
