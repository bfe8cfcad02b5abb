import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject } from 'vitest';

const execute = promisify(execFile);

/** The folder in whose node_modules the packed tarball is installed. */
export const consumer = inject('consumer');

const manifest = JSON.parse(
  readFileSync(join(consumer, 'node_modules', 'tfjs-generative', 'package.json'), 'utf8'),
) as { readonly exports: Record<string, unknown> };

/** Every entry as a user imports it: `tfjs-generative`, `tfjs-generative/wasm`, ... An export that is a file is not a module. */
export const entries: readonly string[] = Object.keys(manifest.exports)
  .filter((entry) => typeof manifest.exports[entry] !== 'string')
  .map((entry) => `tfjs-generative${entry.slice(1)}`);

/** Writes a file of the consumer and returns its path. */
export function write(name: string, text: string): string {
  const file = join(consumer, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Runs a program in a folder, by default the consumer's, and returns what it printed; if the program fails, throws with its output. */
async function run(program: string, args: readonly string[], cwd = consumer): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    expect.fail(`${args.join(' ')}\n${stdout}\n${stderr.slice(-3_000)}`);
  }
}

/** Runs a file with Node in the consumer's folder. */
export function runNode(file: string): Promise<string> {
  return run(process.execPath, [file]);
}

/** Runs a file with Node, or with a program for Node such as tsx, in the file's folder. */
export function runWhereItIs(file: string, ...by: string[]): Promise<string> {
  return run(process.execPath, [...by, file], dirname(file));
}

/** Compiles with the flags of a strict user; `options` are tsc's own. */
export function compile(files: readonly string[], ...options: string[]): Promise<string> {
  const strict = [
    '--strict',
    '--noUncheckedIndexedAccess',
    '--exactOptionalPropertyTypes',
    '--noPropertyAccessFromIndexSignature',
  ];
  const target = [
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,dom.iterable',
    '--types',
    'node',
    '--skipLibCheck',
    '--pretty',
    'false',
  ];
  const tsc = resolve('node_modules/typescript/bin/tsc');
  return run(process.execPath, [tsc, ...strict, ...target, ...options, ...files]);
}
