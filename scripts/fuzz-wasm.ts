// Makes random cases of tfjs's operations on wasm and compares values and gradients with cpu's, for finite inputs
// and for inputs with NaN and infinities: npm run tool -- fuzz:wasm --seed 1 --count 200
// Each operation gets --count cases; --only conv2d,gather selects operations; --stock also judges tfjs's own kernels; --write puts
// the table into docs/results/wasm-operations.md. A process judges several cases. It is replaced after a case that is not right, so that damage by one
// kernel is not attributed to another.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { withBlock } from '../tests/runtimes/table.js';
import { formatted } from './formatted.js';
import type { Judgement } from '../tests/wasm/fuzz/judge.js';
import { operations } from '../tests/wasm/fuzz/operations.js';
import { judgementsIn, rowOf, tableOf, type Row } from '../tests/wasm/fuzz/truth-table.js';
import type { CaseReport } from '../tests/wasm/programs/fuzz.js';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '50' },
    only: { type: 'string' },
    stock: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

/** Where --write puts the table. */
const PAGE = 'docs/results/wasm-operations.md';
/** The largest number of cases per process. */
const BATCH = 200;
const PATIENCE = 120_000;

interface Judge {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
  readonly reader: Interface;
  judged: number;
}

/** A bundled program starts in half the time. */
const PROGRAM = 'node_modules/.cache/fuzz-wasm.mjs';
await build({
  entryPoints: ['tests/wasm/programs/fuzz.ts'],
  outfile: PROGRAM,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});

const judges = new Map<string, Judge>();

function startJudge(which: string): Judge {
  const child = spawn(process.execPath, [PROGRAM, which]);
  child.stdin.on('error', () => {});
  child.stderr.resume();
  const reader = createInterface({ input: child.stdout });
  return { child, reader, lines: reader[Symbol.asyncIterator](), judged: 0 };
}

function end(which: string): void {
  judges.get(which)?.reader.close();
  judges.get(which)?.child.kill('SIGKILL');
  judges.delete(which);
}

/** Judges one case in a fresh process. */
async function judged(which: string, operation: string, seed: number): Promise<CaseReport> {
  if ((judges.get(which)?.judged ?? 0) >= BATCH) end(which);
  const judge = judges.get(which) ?? startJudge(which);
  judges.set(which, judge);
  judge.judged++;
  judge.child.stdin.write(`${operation}\t${seed}\n`);
  const timer = setTimeout(() => judge.child.kill('SIGKILL'), PATIENCE);
  let report: CaseReport = { options: {}, value: { verdict: 'crash', why: 'the process ended' } };
  for (let line = await judge.lines.next(); line.done !== true; line = await judge.lines.next()) {
    if (!line.value.startsWith('\u0001')) continue;
    report = JSON.parse(line.value.slice(1)) as CaseReport;
    break;
  }
  clearTimeout(timer);
  if (judgementsIn(report).some(([, judgement]) => mayHaveSpoilt(which, judgement))) end(which);
  return report;
}

/** Many of tfjs's own kernels are wrong: with them, a process is replaced only after visible damage. */
function mayHaveSpoilt(which: string, judgement: Judgement | undefined): boolean {
  const { verdict, why = '' } = judgement ?? { verdict: 'right' };
  return verdict === 'crash' || (verdict === 'wrong' && which === 'own' && !why.startsWith('throws'));
}

async function judgedRow(operation: string, seeds: readonly number[]): Promise<Row> {
  const own: CaseReport[] = [];
  const stock: CaseReport[] = [];
  for (const seed of seeds) {
    const report = await judged('own', operation, seed);
    own.push(report);
    tell(operation, seed, report);
    if (options.stock) stock.push(await judged('stock', operation, seed));
  }
  return rowOf(operation, own, options.stock ? stock : undefined);
}

function tell(operation: string, seed: number, report: CaseReport): void {
  const what = `${operation} of seed ${seed}, ${JSON.stringify(report.options)}`;
  for (const [of, judgement] of judgementsIn(report)) {
    if (judgement === undefined || !['wrong', 'crash'].includes(judgement.verdict)) continue;
    console.log(`${judgement.verdict}${of}: ${what}: ${judgement.why}`);
  }
  if (report.isSound === false) console.log(`cpu's gradients may be wrong: ${what}`);
}

const [first, count] = [Number(options.seed), Number(options.count)];
const seeds = Array.from({ length: count }, (_, i) => 1_000_000 * first + i);
const names = options.only?.split(',') ?? Object.keys(operations).sort();
const rows: Row[] = [];
for (const name of names) rows.push(await judgedRow(name, seeds));
for (const which of [...judges.keys()]) end(which);
const table = tableOf(rows);
console.log(`\n${formatted(PAGE, table)}`);
if (options.write) {
  const date = new Date().toISOString().slice(0, 10);
  const made = `Made by \`npm run tool -- fuzz:wasm --seed ${first} --count ${count} --stock --write\` on ${date}.`;
  const page = withBlock(readFileSync(PAGE, 'utf8'), 'truth', `${table}\n\n${made}`);
  writeFileSync(PAGE, formatted(PAGE, page));
}
process.exitCode = rows.some(({ wrong, crash }) => wrong + crash > 0) ? 1 : 0;
