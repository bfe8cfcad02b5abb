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
import type { Sources } from './collect-sources.js';
import { timeIsUp } from './failures.js';
import { readReadings } from './read-readings.js';
import { supervision } from './supervision.js';

/** The limits of a submission's process. */
export interface Limits {
  readonly seconds: number;
  readonly megabytes: number;
  readonly signal: AbortSignal | undefined;
}

/** The modules of a submission's process, in addition to TensorFlow.js. */
export interface Modules {
  readonly sources: Sources;
  /** The paths of packages' folders, by the names of the packages. */
  readonly packages: Readonly<Record<string, string>>;
}

/** The largest output in bytes, a thousand times that of a course. */
const MAX_OUTPUT = 2 ** 23;

/** Milliseconds between two checks of the memory: a tensor fills a gigabyte in a quarter of a second. */
const MEMORY_CHECK_MS = 25;

/**
 * Runs a submission in a process and a folder of its own, which contains its modules and tfjs-core with the cpu backend. Resolves to a
 * reading for each question, once all of its processes have ended.
 */
export async function runSubmission(modules: Modules, job: Job, limits: Limits): Promise<Reading[]> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'submission-'));
  try {
    await writeModules(folder, modules);
    const token = randomBytes(TOKEN_LENGTH);
    const input = Buffer.concat([token, Buffer.from(JSON.stringify(job))]);
    const { output, ending } = await runProcess(folder, input, limits);
    return readReadings(output, token, job.questions.length, ending);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Writes all modules that the process can import. */
async function writeModules(folder: string, { sources, packages }: Modules): Promise<void> {
  const modules = join(folder, 'node_modules');
  const tensorflow = {
    'tfjs-core': promisify(gunzip)(await readFile(built('grading-tfjs.js.gz'))),
    tfjs: `export * from '@tensorflow/tfjs-core';`,
    'tfjs-backend-cpu': '',
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, code] of sources) await writeFile(join(folder, `${name}.js`), code);
  await cp(built('grading-child.js'), join(folder, 'program.js'));
  for (const [name, code] of Object.entries(tensorflow)) {
    const path = join(modules, '@tensorflow', name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'package.json'), '{ "type": "module", "main": "index.js" }');
    await writeFile(join(path, 'index.js'), await code);
  }
  for (const [name, path] of Object.entries(packages)) await cp(path, join(modules, name), { recursive: true });
  // the process may run as another user
  for (const path of ['', ...(await readdir(folder, { recursive: true }))]) await chmod(join(folder, path), 0o755);
}

/** The path of a file that the build writes next to this module; it is in `dist` if this module runs from the sources. */
function built(name: string): string {
  const here = dirname(typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url));
  return /src[\\/]grading$/.test(here) ? join(here, '../../dist', name) : join(here, name);
}

/** The output of a process, and why it ended. */
interface ProcessResult {
  readonly output: Buffer;
  readonly ending: string;
}

/** Runs the program of a folder with this input, within the limits. */
async function runProcess(folder: string, input: Buffer, limits: Limits): Promise<ProcessResult> {
  const { seconds, megabytes, signal } = limits;
  const mark = randomUUID();
  const program = [
    ...(await supervision(folder)),
    process.execPath,
    ...flags(folder, megabytes),
    join(folder, 'program.js'),
  ];
  const child = spawn(...withTimeLimit(program, seconds), {
    cwd: folder,
    // without the parent's environment, which may hold secrets
    env: { SUBMISSION: mark, NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let ending = 'It ended the process before it gave a result.';
  const kill = (reason: string): void => {
    ending = reason;
    killGroup(child);
  };
  const chunks: Buffer[] = [];
  let size = 0;
  const pipe = child.stdio[3] as Readable;
  pipe.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_OUTPUT) kill('Its output is too large.');
  });
  pipe.on('error', () => undefined);
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(input);
  const abort = (): void => kill('It was stopped before it gave a result.');
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  const timer = setTimeout(() => kill(timeIsUp(seconds)), seconds * 1000);
  const memoryTimer = setInterval(() => {
    void memoryOf(child).then((used) => {
      if (used > megabytes) kill(`It was stopped because it used more than ${megabytes} MB of memory.`);
    });
  }, MEMORY_CHECK_MS);
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  signal?.removeEventListener('abort', abort);
  clearTimeout(timer);
  clearInterval(memoryTimer);
  killGroup(child);
  await killMarked(mark);
  // the rest of the output arrives at once; a process that is not ours may keep the pipe open
  await Promise.race([
    new Promise((resolve) => pipe.once('close', resolve)),
    new Promise((resolve) => setTimeout(resolve, 200)),
  ]);
  pipe.destroy();
  return { output: Buffer.concat(chunks).subarray(0, MAX_OUTPUT), ending };
}

/**
 * Adds a limit of processor time to a command. The system then ends it even if the submission has killed this process. Several threads of
 * Node use processor time at once, so this limit is longer than that of the timer.
 */
function withTimeLimit(supervised: readonly string[], seconds: number): [command: string, args: string[]] {
  if (process.platform === 'win32') return [supervised[0]!, supervised.slice(1)];
  return ['/bin/sh', ['-c', `ulimit -t ${2 * Math.ceil(seconds) + 2}; exec "$0" "$@"`, ...supervised]];
}

/** Node's own permissions: no other files, no processes, no threads. They stop mistakes; hostile code is controlled from outside. */
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

/** Kills a process and its whole process group. */
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

/** The memory of a process in megabytes; 0 if it cannot be read. */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Kills processes that left the group; their environment contains the mark. Only Linux shows environments. */
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
