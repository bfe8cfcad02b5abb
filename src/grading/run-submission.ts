import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Reading } from '../testing/index.js';
import type { Job } from './child/program.js';
import { TOKEN_LENGTH } from './child/token.js';
import { readReadings } from './read-readings.js';
import type { Sources } from './read-sources.js';
import { supervision } from './supervision.js';

/** What a submission's process may use. */
export interface Limits {
  readonly seconds: number;
  readonly megabytes: number;
  readonly signal: AbortSignal | undefined;
}

/** What a submission's process finds in its folder, besides TensorFlow.js. */
export interface Furniture {
  readonly sources: Sources;
  /** Packages by name, each with the path of its folder. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Bytes of readings; those of a course are a thousandth of it. */
const MAX_OUTPUT = 2 ** 23;

/** How often memory is looked at: a tensor fills a gigabyte in a quarter of a second. */
const LOOK_EVERY_MS = 25;

/**
 * Runs a submission in a process and a folder of its own, in which there is tfjs-core with the cpu backend and what is given. Resolves
 * to a reading for each question, when no process of it is left.
 */
export async function runSubmission(furniture: Furniture, job: Job, limits: Limits): Promise<Reading[]> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'submission-'));
  try {
    await furnish(folder, furniture);
    const token = randomBytes(TOKEN_LENGTH);
    const { sent, ending } = await converse(folder, Buffer.concat([token, Buffer.from(JSON.stringify(job))]), limits);
    return readReadings(sent, token, job.questions.length, ending);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Writes what the process may see. */
async function furnish(folder: string, { sources, packages: given }: Furniture): Promise<void> {
  const modules = join(folder, 'node_modules');
  const scope = join(modules, '@tensorflow');
  const packages = {
    'tfjs-core': undefined,
    tfjs: `export * from '@tensorflow/tfjs-core';`,
    'tfjs-backend-cpu': '',
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, code] of sources) await writeFile(join(folder, `${name}.js`), code);
  await cp(built('grading-child.js'), join(folder, 'program.js'));
  for (const [name, text] of Object.entries(packages)) {
    await mkdir(join(scope, name), { recursive: true });
    await writeFile(join(scope, name, 'package.json'), '{ "type": "module", "main": "index.js" }');
    await writeFile(join(scope, name, 'index.js'), text ?? (await unpacked('grading-tfjs.js.gz')));
  }
  for (const [name, path] of Object.entries(given)) await cp(path, join(modules, name), { recursive: true });
  // another user runs it
  for (const path of ['', ...(await readdir(folder, { recursive: true }))]) await chmod(join(folder, path), 0o755);
}

/** What a packed file of the build holds. */
async function unpacked(name: string): Promise<Buffer> {
  return promisify(gunzip)(await readFile(built(name)));
}

/** A file that the build writes beside this module; from the sources it is in `dist`. */
function built(name: string): string {
  const here = dirname(typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url));
  return /src[\\/]grading$/.test(here) ? join(here, '../../dist', name) : join(here, name);
}

/** What a process sent, and why it was ended or ended itself. */
interface Conversation {
  readonly sent: Buffer;
  readonly ending: string;
}

async function converse(folder: string, job: Buffer, { seconds, megabytes, signal }: Limits): Promise<Conversation> {
  const mark = randomUUID();
  const program = [
    ...(await supervision(folder)),
    process.execPath,
    ...flags(folder, megabytes),
    join(folder, 'program.js'),
  ];
  const child = spawn(...limited(program, seconds), {
    cwd: folder,
    // no secrets of the parent's environment
    env: { SUBMISSION: mark, NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let ending = 'It ended the process before it gave a result.';
  const end = (why: string): void => {
    ending = why;
    killGroup(child);
  };
  const chunks: Buffer[] = [];
  let size = 0;
  const output = child.stdio[3] as Readable;
  output.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_OUTPUT) end('It sent more than a result.');
  });
  output.on('error', () => undefined);
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(job);
  const abort = (): void => end('It was ended, because another one came.');
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  const clock = setTimeout(
    () => end(`It ran for more than ${seconds} s and was ended: does a loop never end?`),
    seconds * 1000,
  );
  const scales = setInterval(() => {
    void memoryOf(child).then((used) => {
      if (used > megabytes) end(`It used more than ${megabytes} MB of memory and was ended.`);
    });
  }, LOOK_EVERY_MS);
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  signal?.removeEventListener('abort', abort);
  clearTimeout(clock);
  clearInterval(scales);
  killGroup(child);
  await killMarked(mark);
  // what is in the pipe of a process that has ended arrives at once
  await Promise.race([
    new Promise((resolve) => output.once('close', resolve)),
    new Promise((resolve) => setTimeout(resolve, 200)),
  ]);
  output.destroy();
  return { sent: Buffer.concat(chunks).subarray(0, MAX_OUTPUT), ending };
}

/**
 * A command that the system ends if nobody is left to end it, since a submission may kill this process: at once where it is supervised,
 * and anywhere after so many seconds of work. A few threads of Node's work at a time, so it is more than the clock allows.
 */
function limited(supervised: readonly string[], seconds: number): [command: string, args: string[]] {
  if (process.platform === 'win32') return [supervised[0]!, supervised.slice(1)];
  return ['/bin/sh', ['-c', `ulimit -t ${2 * Math.ceil(seconds) + 2}; exec "$0" "$@"`, ...supervised]];
}

/** Node's own permissions: no files but its own, no processes, no threads. They keep honest code in; hostile code is watched from outside. */
function flags(folder: string, megabytes: number): string[] {
  const permission = ['--permission', '--experimental-permission'].find((flag) =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  return [
    ...(permission === undefined ? [] : [permission, `--allow-fs-read=${folder}/*`]),
    '--preserve-symlinks',
    '--preserve-symlinks-main',
    `--max-old-space-size=${Math.max(64, Math.floor(megabytes / 2))}`,
  ];
}

/** Kills a process and all that are in its group. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // it has ended
    }
  }
}

/** Megabytes of memory of a process; 0 where they cannot be read. */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Kills processes that left the group: they carry a mark in their environment. Linux alone tells. */
async function killMarked(mark: string): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const processes = await readdir('/proc').catch(() => []);
    const marked: number[] = [];
    for (const pid of processes.filter((name) => /^\d+$/.test(name))) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (environment.includes(mark)) marked.push(Number(pid));
    }
    if (marked.length === 0) return;
    for (const pid of marked) killGroup({ pid } as ChildProcess);
  }
}
