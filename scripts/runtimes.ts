// Trains the packed library in every available runtime: npm run tool -- test:runtimes --only Node,Firefox --write
// On wasm all must give the same bits; on WebGPU, the losses must agree with those of cpu. --write puts the table into docs/results/runtimes.md.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { installPacked } from '../tests/package/pack.js';
import { servePage } from '../tests/runtimes/page-server.js';
import { pageCases } from '../tests/runtimes/pages.js';
import { ownRuntime, programCases, runProgram } from '../tests/runtimes/programs.js';
import { NotHere, type Case, type Report } from '../tests/runtimes/report.js';
import { tableOf, withBlock, type Row } from '../tests/runtimes/table.js';
import { formatted } from './formatted.js';

const { values: options } = parseArgs({ options: { write: { type: 'boolean' }, only: { type: 'string' } } });
const only = options.only?.split(',') ?? [''];
const PAGE = 'docs/results/runtimes.md';

/** Updates of each model: the losses of a few show whether WebGPU computes the same as cpu. */
const updates = { wasm: 30, webgpu: 4, cpu: 4 };

const bundling = { bundle: true, tsconfigRaw: '{}', logLevel: 'error' } as const;

const began = performance.now();
const consumer = installPacked();
try {
  const rows = await runAll();
  const table = formatted(PAGE, tableOf(rows));
  const seconds = (performance.now() - began) / 1000;
  console.log(`\n${table}\n${seconds.toFixed(0)} seconds in all`);
  if (options.write === true) write(table);
  const failed = rows.filter(({ result }) => result.startsWith('FAILED')).length;
  const skipped = rows.filter(({ result }) => result.startsWith('not run')).length;
  console.log(`runtimes: ${rows.length - failed - skipped} passed, ${failed} failed, ${skipped} not run`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  rmSync(consumer, { recursive: true, force: true });
}

async function runAll(): Promise<Row[]> {
  const folder = join(consumer, 'runtimes');
  cpSync('tests/runtimes', folder, { recursive: true });
  // Deno finds the packages that a package.json names.
  const dependencies = { 'tfjs-generative': '*', '@tensorflow/tfjs': '*' };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ dependencies }));
  const program = { cwd: consumer, script: await bundleProgram(folder), updates };
  const server = await servePage(
    await bundlePage(folder),
    join(consumer, 'node_modules/@tensorflow/tfjs-backend-wasm/dist'),
  );
  try {
    const pages = pageCases(server, updates.wasm);
    const cases = [...programCases(program), ...pages].filter(({ runtime }) =>
      only.some((part) => runtime.startsWith(part)),
    );
    const wasm = await runProgram(ownRuntime, program, 'wasm');
    const cpu = await runProgram(ownRuntime, program, 'cpu');
    const wanted = { wasm: wasm.report, cpu: cpu.report };
    const rows = new Map<Case, Row>();
    const runOneByOne = async (group: readonly Case[]): Promise<void> => {
      for (const one of group) rows.set(one, await rowOf(one, wanted));
    };
    // Nothing may disturb a measurement: that by which wide tiles are chosen, and the seconds of the written table.
    const isMeasured = ({ runtime }: Case): boolean => options.write === true || runtime.endsWith('wide');
    const others = cases.filter((one) => !isMeasured(one));
    // two runtimes at once; the first case of each installs it, and pages share a server
    const keyOf = ({ runtime }: Case): string => (pages.some((page) => page.runtime === runtime) ? 'pages' : runtime);
    const waiting = [...new Set(others.map(keyOf))];
    const runGroups = async (): Promise<void> => {
      for (let key = waiting.shift(); key !== undefined; key = waiting.shift())
        await runOneByOne(others.filter((one) => keyOf(one) === key));
    };
    await Promise.all([runGroups(), runGroups()]);
    await runOneByOne(cases.filter(isMeasured));
    return cases.map((one) => rows.get(one)!);
  } finally {
    server.close();
  }
}

async function bundleProgram(folder: string): Promise<string> {
  const outfile = join(folder, 'program.mjs');
  await build({ ...bundling, entryPoints: [join(folder, 'program.ts')], packages: 'external', format: 'esm', outfile });
  return outfile;
}

async function bundlePage(folder: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...bundling,
    entryPoints: [join(folder, 'page.ts')],
    minify: true,
    write: false,
    format: 'iife',
    // imported only by branches of tfjs that run in Node
    external: ['crypto', 'fs', 'node-fetch', 'os', 'path', 'perf_hooks', 'string_decoder', 'util', 'worker_threads'],
  });
  return outputFiles[0]!.contents;
}

async function rowOf(
  { runtime, backend, threads, run }: Case,
  wanted: { readonly wasm: Report; readonly cpu: Report },
): Promise<Row> {
  const name = `${runtime} on ${backend}${threads === undefined ? '' : ` with ${threads} thread${threads === 1 ? '' : 's'}`}`;
  const at = { runtime, backend, threads };
  try {
    const { version, report } = await run();
    if (report.threads !== threads) throw new Error(`${report.threads} thread: ${report.note}`);
    const result = backend === 'wasm' ? sameBits(report, wanted.wasm) : sameLosses(report, wanted.cpu);
    console.log(`${name}: ${result}`);
    return { ...at, version, result, seconds: report.seconds };
  } catch (error) {
    const result = `${error instanceof NotHere ? 'not run' : 'FAILED'}: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`;
    console.error(`\n*** ${name}: ${result}\n`);
    return { ...at, version: '', result };
  }
}

function sameBits({ digest, vae, gan }: Report, wanted: Report): string {
  if (JSON.stringify([digest, vae, gan]) !== JSON.stringify([wanted.digest, wanted.vae, wanted.gan])) {
    throw new Error(`different bits: ${digest}, not ${wanted.digest}`);
  }
  return 'the same bits';
}

function sameLosses({ vae, gan }: Report, wanted: Report): string {
  const references = [...wanted.vae, ...wanted.gan];
  const errors = [...vae, ...gan].map(
    (loss, i) => Math.abs(loss - references[i]!) / Math.max(1, Math.abs(references[i]!)),
  );
  const worst = Math.max(...errors);
  if (errors.length !== references.length || !(worst <= 1e-3)) throw new Error(`losses are off by ${worst}`);
  return `the losses of cpu to ${worst.toExponential(0)}`;
}

function write(table: string): void {
  const date = new Date().toISOString().slice(0, 10);
  const text = `${table}\n\nWritten by \`npm run tool -- test:runtimes --write\` on ${date}.`;
  writeFileSync(PAGE, formatted(PAGE, withBlock(readFileSync(PAGE, 'utf8'), 'runtimes', text)));
}
