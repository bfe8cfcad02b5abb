import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** Runs a program and returns what it printed, with `failed` if it ended with an error. */
export async function run(
  folder: string,
  program: string,
  ...args: string[]
): Promise<{ readonly output: string; readonly failed: boolean }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: folder, maxBuffer: 1 << 26 });
    return { output: stdout + stderr, failed: false };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    return { output: stdout + stderr || message, failed: true };
  }
}

/** Runs a development tool of this repository with Node: `tool(folder, 'typescript/bin/tsc', ...)`. */
export function tool(folder: string, path: string, ...args: string[]): ReturnType<typeof run> {
  return run(folder, process.execPath, resolve('node_modules', path), ...args);
}
