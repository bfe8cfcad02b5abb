/**
 * Sums what tests have counted in vitest's JSON reports, and how many tests passed, and writes the tables of docs/results/reliability.md:
 * reliability.ts cpu=FILE wasm=FILE webgl=FILE webgl=FILE. Reports with the same name are added. A report comes from
 * `npx vitest run --project cpu --reporter=json --outputFile=FILE`; for cpu and WebGL add `--mode=everywhere`, which runs all of their files;
 * on WebGPU it runs those that `npm test` leaves out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Counted } from '../tests/support/counts.js';

/** The promises, and the files whose tests check them. */
const kinds: readonly [name: string, files: RegExp][] = [
  ['losses and likelihoods', /^tests\/contract\/(adversarial-losses|likelihoods)\.|^tests\/gan\/losses\./],
  ['layers, conditions and networks', /^tests\/nets\//],
  ['trainers', /^tests\/contract\/trainers\.|^tests\/training\/trainer\//],
  ['derivatives, first and second', /^tests\/gradients\//],
  ['samplers, schedules and targets', /^tests\/diffusion\//],
  ['mistakes of a caller', /^tests\/contract\/(mistakes|wrong-options|wrong-arguments)\./],
  ['bad data and bad luck', /^tests\/contract\/accidents\./],
  ['resumed runs', /resumes?\./],
  [
    'broken files (each test has many)',
    /^tests\/training\/saving\/(mutants|checksum|safetensors|checkpoint|json-text)/,
  ],
];

/** The words of `tests/support/counts.ts`, in the order of the table. */
const counted: readonly Counted[] = [
  'numbers compared with float64, PyTorch or a closed form',
  'first derivatives',
  'second derivatives',
  'leak checks, also of calls that throw',
  'runs that were resumed bit for bit',
  'kinds of broken files',
  'broken files',
  'bad data and bad luck',
];

interface TestResult {
  readonly status: string;
  readonly meta?: { readonly counts?: Partial<Record<Counted, number>> };
}

interface JsonReport {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly TestResult[] }[];
}

const reports = new Map<string, JsonReport['testResults']>();
for (const argument of process.argv.slice(2)) {
  const [backend, file] = argument.split('=') as [string, string];
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as JsonReport;
  reports.set(backend, [...(reports.get(backend) ?? []), ...testResults]);
}
if (reports.size === 0) throw new Error('reliability: name a report for each backend: cpu=FILE');

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** A check that only runs elsewhere has no count. */
const orDash = (number: number): string => (number === 0 ? '-' : String(number));

/** The total count in the tests that passed; a dash if there is none. */
function sumOf(results: JsonReport['testResults'], what: Counted): string {
  const passed = results
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed');
  return orDash(sum(passed.map(({ meta }) => meta?.counts?.[what] ?? 0)));
}

/** How many tests of these files passed and how many failed, in words. */
function countOf(all: JsonReport['testResults'], files: RegExp): string {
  const results = all.filter(({ name }) => files.test(relative(process.cwd(), name)));
  const states = results.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const [passed, failed] = ['passed', 'failed'].map((state) => states.filter((status) => status === state).length);
  return failed === 0 ? orDash(passed!) : `${passed}, and ${failed} failed`;
}

const backends = [...reports.keys()];
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tableOf = (title: string, rows: readonly (readonly string[])[]): string =>
  [row([title, ...backends]), row(['---', ...backends.map(() => '---')]), ...rows.map(row)].join('\n');
const all = [...reports.values()];
const table = [
  tableOf(
    'what is checked, and how often',
    counted.map((what) => [what, ...all.map((results) => sumOf(results, what))]),
  ),
  tableOf(
    'tests that passed, by what they test',
    kinds.map(([name, files]) => [name, ...all.map((results) => countOf(results, files))]),
  ),
].join('\n\n');

const page = 'docs/results/reliability.md';
const [begin, end] = ['<!-- counts: npm run tool -- reliability -->', '<!-- end of counts -->'];
const text = readFileSync(page, 'utf8');
const [before] = text.split(begin);
const [, after] = text.split(end);
writeFileSync(page, `${before}${begin}\n\n${table}\n\n${end}${after}`);
