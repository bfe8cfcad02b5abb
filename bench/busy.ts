/**
 * What a second thread costs or gains while other programs keep processors busy: training steps on one thread and on two, in turns, while
 * other processes spin.
 *
 * Run: npm run bench -- busy [--models vae,unet] [--spinning 0,1,2] [--rounds 8] [--turn 1500] [--checkouts .,../other] [--json FILE] [--markdown]
 *
 * Each program stays a separate process and works for `--turn` milliseconds at a time, so all of them see the same other load. The times are
 * means, since waiting is what is measured; `processor` is the time of all threads of the program, and `2 / 1` divides
 * the means. `--checkouts` compares several checkouts of this repository.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Turn } from './busy/program.js';
import { commonOptions, report, type Row } from './report.js';

const { values: options } = parseArgs({
  options: {
    ...commonOptions,
    rounds: { type: 'string', default: '8' },
    models: { type: 'string', default: 'vae,unet' },
    spinning: { type: 'string', default: '0,1,2' },
    turn: { type: 'string', default: '1500' },
    checkouts: { type: 'string', default: '.' },
  },
});
const THREADS = ['1', '2'];

interface Program {
  readonly checkout: string;
  readonly threads: string;
  readonly child: ChildProcess;
  readonly turns: Turn[];
}

async function start(model: string, checkout: string, threads: string): Promise<Program> {
  const child = fork(resolve(checkout, 'bench/busy/program.ts'), [model, threads], {
    cwd: resolve(checkout),
    execArgv: ['--import', 'tsx'],
  });
  await once(child, 'message');
  return { checkout, threads, child, turns: [] };
}

async function turn({ child, turns }: Program): Promise<void> {
  child.send(Number(options.turn));
  const [done] = (await once(child, 'message')) as [Turn];
  turns.push(done);
}

/** Milliseconds a step. */
function mean({ turns }: Program, kind: 'wall' | 'processor'): number {
  const sum = (key: keyof Turn): number => turns.reduce((total, one) => total + one[key], 0);
  return sum(kind) / sum('steps');
}

async function measure(model: string, spinning: number): Promise<Row[]> {
  const programs: Program[] = [];
  for (const checkout of options.checkouts.split(','))
    for (const threads of THREADS) programs.push(await start(model, checkout, threads));
  const spinners = Array.from({ length: spinning }, () => spawn(process.execPath, ['-e', 'for (;;);']));
  try {
    for (let round = 0; round < Number(options.rounds); round++) for (const program of programs) await turn(program);
  } finally {
    for (const spinner of spinners) spinner.kill();
    for (const { child } of programs) child.disconnect();
  }
  return options.checkouts.split(',').map((checkout) => {
    const [one, two] = programs.filter((program) => program.checkout === checkout) as [Program, Program];
    return {
      model,
      ...(options.checkouts === '.' ? {} : { checkout }),
      spinning,
      '1 thread, ms': mean(one, 'wall'),
      '2 threads, ms': mean(two, 'wall'),
      '2 / 1': mean(two, 'wall') / mean(one, 'wall'),
      'processor, 1': mean(one, 'processor'),
      'processor, 2': mean(two, 'processor'),
    };
  });
}

const rows: Row[] = [];
for (const model of options.models.split(','))
  for (const spinning of options.spinning.split(',')) rows.push(...(await measure(model, Number(spinning))));
report({ tables: [{ title: 'Beside other programs', rows }], options });
