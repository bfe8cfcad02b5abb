// Runs every check and test that there is, one stage after the other, and ends with a table: npm run tool -- test:everything
// A stage that fails does not stop the others. A stage that has passed on these very files is not run again; --again runs it all the same.
// --stage lab,site runs these stages; --seed 20261207 chooses the random programs.
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    stage: { type: 'string' },
    seed: { type: 'string', default: '20261207' },
    again: { type: 'boolean', default: false },
  },
});

/** The command of each stage, in order: what CI runs comes first. */
const stages: Readonly<Record<string, string>> = {
  check: 'npm run check',
  test: 'npm test',
  smoke: 'npm run tool -- test:smoke',
  'random-programs': `npm run tool -- random-programs --seed ${options.seed} --count 200`,
  guides: 'npm run tool -- test:docs',
  package: 'npm run tool -- test:package',
  runtimes: 'npm run tool -- test:runtimes',
  examples: 'npm run tool -- test:examples',
  research: 'npm run tool -- test:research',
  course: 'npm run tool -- test:course',
  slow: 'npm run tool -- test:slow',
  lab: 'npm run -w examples/lab test',
  site: 'npm run -w docs/site test',
  everywhere: 'npm run tool -- test:everywhere',
};

interface Result {
  readonly hasPassed: boolean;
  readonly minutes: number;
  /** The last line in which the stage counted its tests. */
  readonly count: string;
}

/** The files that were judged, and the result of each command. */
interface Judged {
  readonly tree: string;
  readonly results: Record<string, Result>;
}

const FOLDER = 'out/everything';
const RECORD = 'node_modules/.cache/everything.json';
/** Lines of a stage that failed which are shown. */
const SHOWN = 60;

const names = options.stage?.split(',') ?? Object.keys(stages);
const unknown = names.find((name) => !Object.hasOwn(stages, name));
if (unknown !== undefined) {
  console.error(`There is no stage "${unknown}". Stages: ${Object.keys(stages).join(', ')}.`);
  process.exit(2);
}
mkdirSync(FOLDER, { recursive: true });
const tree = treeOf();
const record = readRecord(tree);
const known = new Set<string>();
console.log(`Random programs have the seed ${options.seed}. The output of each stage is in ${FOLDER}.`);
for (const name of names) {
  if (record.results[stages[name]!]?.hasPassed === true && !options.again) {
    known.add(name);
    continue;
  }
  console.log(`${new Date().toTimeString().slice(0, 5)} ${name}: ${stages[name]}`);
  record.results[stages[name]!] = await runStage(name);
  mkdirSync('node_modules/.cache', { recursive: true });
  writeFileSync(RECORD, JSON.stringify(record));
}
console.log(`\n${tableOf()}`);
process.exitCode = names.every((name) => record.results[stages[name]!]!.hasPassed) ? 0 : 1;

/** The hash of all files that git does not ignore, whether they are committed or not. */
function treeOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'everything-'));
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, 'index') };
  try {
    execFileSync('git', ['add', '--all'], { env });
    return execFileSync('git', ['write-tree'], { env, encoding: 'utf8' }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readRecord(of: string): Judged {
  const nothing: Judged = { tree: of, results: {} };
  if (!existsSync(RECORD)) return nothing;
  const read = JSON.parse(readFileSync(RECORD, 'utf8')) as Judged;
  return read.tree === of ? read : nothing;
}

async function runStage(name: string): Promise<Result> {
  const file = join(FOLDER, `${name}.log`);
  const log = createWriteStream(file);
  const began = performance.now();
  const child = spawn(stages[name]!, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const status = await new Promise<number | null>((settle) => child.on('close', settle));
  await new Promise<void>((settle) => log.end(settle));
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  if (status !== 0) console.log(`${lines.slice(-SHOWN).join('\n')}\n${name} FAILED: ${file}`);
  const count = lines.filter((line) => /^\D*\d+ passed, \d+ failed|^\d+ programs: /.test(line)).at(-1) ?? '';
  return { hasPassed: status === 0, minutes: (performance.now() - began) / 60_000, count };
}

function tableOf(): string {
  const rows = names.map((name) => {
    const { hasPassed, minutes, count } = record.results[stages[name]!]!;
    const result = `${hasPassed ? 'passed' : 'FAILED'}${known.has(name) ? ' before' : ''}`;
    return [name, result, minutes.toFixed(1), count.replace(/^.*?(?=\d)/, '')];
  });
  const minutes = names.reduce((sum, name) => sum + record.results[stages[name]!]!.minutes, 0);
  const all = [['stage', 'result', 'minutes', 'tests'], ...rows, ['all', '', minutes.toFixed(1), '']];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i]!.length)));
  return all
    .map(([name, result, time, tests]) =>
      `${name!.padEnd(widths[0]!)}  ${result!.padEnd(widths[1]!)}  ${time!.padStart(widths[2]!)}  ${tests}`.trimEnd(),
    )
    .join('\n');
}
