/**
 * Counts the tests of each kind in JSON reports of vitest, and writes the table of docs/reliability.md: reliability.ts cpu=FILE wasm=FILE.
 * A report comes from `npx vitest run --project cpu --reporter=json --outputFile=FILE`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What is promised, and the files whose tests check it. */
const kinds: readonly [name: string, files: RegExp][] = [
  ['losses and likelihoods', /^tests\/contract\/(adversarial-losses|likelihoods)\.|^tests\/gan\/losses\./],
  ['layers, conditions and networks', /^tests\/nets\//],
  ['trainers', /^tests\/contract\/trainers\.|^tests\/training\/trainer\//],
  ['derivatives, first and second', /^tests\/gradients\//],
  ['samplers, schedules and targets', /^tests\/diffusion\//],
  ['mistakes of a caller', /^tests\/contract\/mistakes\./],
  ['bad data and bad luck', /^tests\/contract\/accidents\./],
  ['resumed runs', /resumes?\./],
  [
    'broken files (each test has many)',
    /^tests\/training\/saving\/(mutants|checksum|safetensors|checkpoint|json-text)/,
  ],
];

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const reports = process.argv.slice(2).map((argument) => {
  const [backend, file] = argument.split('=') as [string, string];
  return { backend, report: JSON.parse(readFileSync(file, 'utf8')) as JsonReport };
});
if (reports.length === 0) throw new Error('reliability: name a report for each backend: cpu=FILE');

/** How many tests of these files passed, and how many failed, in words. */
function countOf({ testResults }: JsonReport, files: RegExp): string {
  const results = testResults.filter(({ name }) => files.test(relative(process.cwd(), name)));
  const states = results.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const [passed, failed] = ['passed', 'failed'].map((state) => states.filter((status) => status === state).length);
  return failed === 0 ? `${passed}` : `${passed}, and ${failed} failed`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = [
  row(['what is tested', ...reports.map(({ backend }) => backend)]),
  row(['---', ...reports.map(() => '---')]),
  ...kinds.map(([name, files]) => row([name, ...reports.map(({ report }) => countOf(report, files))])),
].join('\n');

const page = 'docs/reliability.md';
const [begin, end] = ['<!-- counts: npm run reliability -->', '<!-- end of counts -->'];
const text = readFileSync(page, 'utf8');
const [before] = text.split(begin);
const [, after] = text.split(end);
writeFileSync(page, `${before}${begin}\n\n${table}\n\n${end}${after}`);
