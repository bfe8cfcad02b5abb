import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Job, ReadJob, ReadOutcome } from './child/program.js';
import type { StudentFile } from './child/collect-sources.js';
import { HEAD_LENGTH, TOKEN_LENGTH } from './child/token.js';
import { linesOf } from './read-readings.js';
import { supervision } from './supervision.js';
import { watchLimits, type Ending, type Limits } from './watch-limits.js';

/** What a process is asked, and how its requests are answered. */
export interface Conversation {
  /** The text of the submission. */
  readonly text: string;
  readonly job: Job;
  /** Reads a file that the submission imports; undefined if it may not, or if there is none. */
  findPart(part: string): Promise<StudentFile | undefined>;
  /** Writes the modules of the submission into the folder of the process. */
  write(sources: readonly (readonly [name: string, code: string])[]): Promise<void>;
}

/** The lines that a process wrote about the job, and why it ended; or why it did not read the text. */
export type ProcessResult =
  | { readonly lines: readonly string[]; readonly ending: string }
  | { readonly problem: string };

/** The largest output in bytes, a thousand times that of a course. */
const MAX_OUTPUT = 2 ** 23;

/** Runs the program of a folder within the limits. */
export async function runProcess(folder: string, conversation: Conversation, limits: Limits): Promise<ProcessResult> {
  const mark = randomUUID();
  const program = [
    ...(await supervision(folder)),
    process.execPath,
    ...flags(folder, limits.megabytes),
    join(folder, 'program.js'),
  ];
  const child = spawn(...withTimeLimit(program, limits.seconds), {
    cwd: folder,
    // without the parent's environment, which may hold secrets
    env: { SUBMISSION: mark, NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let ending: Ending = {
    failure: 'It ended the process before it gave a result.',
    problem: 'reading it takes too much memory: are expressions nested too deeply?',
  };
  const stop = (why: Ending): void => {
    ending = why;
    killGroup(child);
  };
  const talk = converse(child, conversation, stop);
  const unwatch = child.pid === undefined ? undefined : watchLimits(child.pid, limits, stop);
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  unwatch?.();
  killGroup(child);
  await killMarked(mark);
  await talk.close();
  if (talk.error !== undefined) throw talk.error;
  const problem = talk.problem ?? (talk.isReading ? ending.problem : undefined);
  return problem === undefined ? { lines: talk.lines(), ending: ending.failure } : { problem };
}

/** What was said to a process, and by it. */
interface Talk {
  /** Whether the process has not received its job: its lines are requests, and nothing of the submission has run. */
  isReading: boolean;
  /** Why the submission does not parse. */
  problem?: string;
  /** An error of ours, such as that of a full disk. */
  error?: Error;
  /** The lines about the job. */
  lines(): string[];
  /** Ends it, with what the process wrote last. */
  close(): Promise<void>;
}

/** Sends the text of a submission to a process, answers its requests, and then sends the job. */
function converse(
  child: ChildProcess,
  { text, job, findPart, write }: Conversation,
  stop: (why: Ending) => void,
): Talk {
  const token = randomBytes(TOKEN_LENGTH);
  const [input, output] = [child.stdin as Writable, child.stdio[3] as Readable];
  let chunks: Buffer[] = [];
  let size = 0;
  const talk: Talk = {
    isReading: true,
    lines: () => (talk.isReading ? [] : linesOf(Buffer.concat(chunks).subarray(0, MAX_OUTPUT), token)),
    async close() {
      // the rest of the output arrives at once; a process that is not ours may keep the pipe open
      await Promise.race([
        new Promise((resolve) => output.once('close', resolve)),
        new Promise((resolve) => setTimeout(resolve, 200)),
      ]);
      output.destroy();
    },
  };
  const answer = async (line: string): Promise<void> => {
    const outcome = JSON.parse(line) as ReadOutcome;
    if ('part' in outcome) input.write(message((await findPart(outcome.part)) ?? null));
    else if ('problem' in outcome) talk.problem = outcome.problem;
    else {
      await write(outcome.sources);
      talk.isReading = false;
      input.end(message(job));
    }
  };
  output.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_OUTPUT) stop({ failure: 'Its output is too large.' });
    const [line] = talk.isReading && chunk.includes('\n') ? linesOf(Buffer.concat(chunks), token) : [];
    if (line === undefined) return;
    chunks = [];
    answer(line).catch((error: Error) => {
      talk.error = error;
      killGroup(child);
    });
  });
  for (const stream of [input, output]) stream.on('error', () => undefined);
  input.write(Buffer.concat([token, message({ text } satisfies ReadJob)]));
  return talk;
}

/** A message to the program: a text of JSON after its length. */
function message(content: ReadJob | StudentFile | Job | null): Buffer {
  const text = Buffer.from(JSON.stringify(content));
  const head = Buffer.alloc(HEAD_LENGTH);
  head.writeUInt32BE(text.length);
  return Buffer.concat([head, text]);
}

/**
 * Adds a limit of processor time to a command. The system then ends it even if the submission has killed this process. It is longer than the
 * limit that this process watches, which says why it stops a submission.
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
