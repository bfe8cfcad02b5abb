import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Program } from './expression.js';
import { failed, type Outcome } from './outcome.js';

/** The largest number of programs per process. */
const BATCH = 400;

export type Judged = Outcome & {
  /** Of the processor. */
  readonly seconds: number;
  /** Functions of the program that the library called. */
  readonly heard?: readonly string[];
};

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly reader: Interface;
  readonly lines: AsyncIterator<string>;
  judged: number;
}

/**
 * A process that judges programs, one after another, and is replaced when a program may have spoiled it. `limit` is the processor time that
 * one program may take, in seconds; on the clock it is ten times as long. What it judges by is said in child.ts.
 */
export function startJudge(
  program: string,
  by: 'laws' | 'float64' | 'replay',
  limit = 20,
): { judge(one: Program): Promise<Judged>; end(): void } {
  let child: Child | undefined;
  // a program may write a file under any name, such as that of a drawn text
  const folder = mkdtempSync(join(tmpdir(), 'random-programs-'));
  const start = (): Child => {
    const float64 =
      by === 'float64'
        ? [
            '--import',
            'data:text/javascript,globalThis.FloatOf32Bits=Float32Array;globalThis.Float32Array=Float64Array',
          ]
        : [];
    const options = ['--max-old-space-size=1024', ...float64, resolve(program), by];
    const child = spawn(process.execPath, options, { cwd: folder });
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    const reader = createInterface({ input: child.stdout });
    return { process: child, reader, lines: reader[Symbol.asyncIterator](), judged: 0 };
  };
  const end = (): void => {
    child?.reader.close();
    child?.process.kill('SIGKILL');
    child = undefined;
  };
  const judge = async (one: Program): Promise<Judged> => {
    if ((child?.judged ?? 0) >= BATCH) end();
    child ??= start();
    child.judged++;
    const { lines, process } = child;
    process.stdin.write(`${JSON.stringify(one)}\n`);
    const hangs = watch(process.pid!, limit, () => process.kill('SIGKILL'));
    let judged: Judged | undefined;
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      if (!line.value.startsWith('\u0001')) continue;
      judged = JSON.parse(line.value.slice(1)) as Judged;
      break;
    }
    const isHanging = hangs();
    judged ??= {
      ...failed(isHanging ? 'hang' : 'crash', isHanging ? `no end after ${limit} s` : 'the process ended'),
      seconds: limit,
    };
    if (
      judged.verdict === 'failed' &&
      (judged.kind === 'hang' || judged.kind === 'crash' || judged.why.includes('RuntimeError'))
    )
      end();
    return judged;
  };
  const endAll = (): void => {
    end();
    rmSync(folder, { recursive: true, force: true });
  };
  return { judge, end: endAll };
}

/** Calls `stop` when a process has used its time; the result stops watching, and says whether it was called. */
function watch(pid: number, limit: number, stop: () => void): () => boolean {
  const [begin, used] = [Date.now(), secondsOf(pid)];
  let isStopped = false;
  const clock = setInterval(() => {
    const isOver = secondsOf(pid) - used > limit || Date.now() - begin > 10_000 * limit;
    if (isOver && !isStopped) {
      isStopped = true;
      stop();
    }
  }, 500);
  return () => {
    clearInterval(clock);
    return isStopped;
  };
}

/** The processor time of a process so far, in seconds; 0 where the system does not say. */
function secondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
