import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findAdapter } from '../browser/adapter.js';
import { NotHere, type Case, type Report } from './report.js';

const execute = promisify(execFile);

/** The runtimes, by the npm packages that contain them. */
const packages: Readonly<Record<string, string>> = {
  'Node 20': 'node@20',
  'Node 22': 'node@22',
  'Node 24': 'node@24',
  'Node 26': 'node@26',
  Deno: 'deno',
  Bun: 'bun',
};

/** They are installed only for this run, so that contributors need not download half a gigabyte. */
const cache = resolve('node_modules/.cache/runtimes');

/** Runtimes whose engine supports wide vectors on request. */
const wide = ['Node 24', 'Node 26'];

/** The Node that runs this. */
export const ownRuntime = `Node ${process.versions.node.split('.')[0]}`;

/** How a script is run. */
export interface Program {
  readonly cwd: string;
  readonly script: string;
  /** Updates on wasm, and on backends that are slow here. */
  readonly updates: Readonly<Record<'wasm' | 'webgpu' | 'cpu', number>>;
}

/** Each runtime on wasm with one thread and with two, on WebGPU, and some with wide vectors. */
export function programCases(program: Program): Case[] {
  const widely = async (runtime: string): ReturnType<Case['run']> => {
    const done = await runProgram(runtime, program, 'wasm', 2, ['wide']);
    if (done.report.narrow !== undefined) throw new NotHere(done.report.narrow);
    return done;
  };
  const asked = wide.map((runtime): Case => ({
    runtime: `${runtime}, wide`,
    backend: 'wasm',
    threads: 2,
    run: () => widely(runtime),
  }));
  const plain = Object.keys(packages).flatMap((runtime): Case[] => [
    { runtime, backend: 'wasm', threads: 1, run: () => runProgram(runtime, program, 'wasm', 1) },
    { runtime, backend: 'wasm', threads: 2, run: () => runProgram(runtime, program, 'wasm', 2) },
    {
      runtime,
      backend: 'webgpu',
      run: async () => {
        await findAdapter().catch((cause: unknown) => {
          throw new NotHere('there is no adapter; on Debian, mesa-vulkan-drivers has one', { cause });
        });
        return runProgram(runtime, program, 'webgpu');
      },
    },
  ]);
  return [...plain, ...asked];
}

/** Trains in a process that must end by itself, with code 0. */
export async function runProgram(
  name: string,
  { cwd, script, updates }: Program,
  backend: keyof Program['updates'],
  threads = 1,
  more: readonly string[] = [],
): Promise<{ version: string; report: Report }> {
  const { version, command } = await findRuntime(name);
  const [path, ...before] = command;
  const words = [...before, script, backend, String(threads), String(updates[backend]), ...more];
  // This makes Mesa compile quickly rather than optimise.
  const env = { ...process.env, GALLIVM_PERF: 'nopt' };
  const { stdout } = await execute(path, words, { cwd, env, timeout: 240_000 }).catch(
    (error: { stderr: string; message: string; killed?: boolean }) => {
      const said = error.stderr.trim().slice(-1_000) || error.message;
      throw new Error(error.killed === true ? 'it did not end by itself' : said, { cause: error });
    },
  );
  const [, json] = /^report: (.*)$/m.exec(stdout) ?? [];
  if (json === undefined) throw new Error(`it reported nothing, but printed ${stdout.slice(-200)}`);
  return { version, report: JSON.parse(json) as Report };
}

/** Finds a runtime, or installs it from npm. */
export async function findRuntime(name: string): Promise<{ version: string; command: [string, ...string[]] }> {
  if (name === ownRuntime) return { version: process.versions.node, command: [process.execPath] };
  const source = packages[name]!;
  const folder = join(cache, source.replace('@', '-'));
  const path = join(folder, 'node_modules', '.bin', source.split('@')[0]!);
  try {
    if (!existsSync(path)) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
      await execute('npm', ['install', source, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
    }
    const { stdout } = await execute(path, ['--version']);
    const version = /\d+\.\d+\.\d+/.exec(stdout)![0];
    return { version, command: name === 'Deno' ? [path, 'run', '--allow-all'] : [path] };
  } catch (cause) {
    throw new NotHere(`npm cannot install ${source}: ${(cause as Error).message.split('\n')[0]!}`, { cause });
  }
}
