// The course in a folder: npm run course -- --help
import { rmSync, watch, writeFileSync } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gradeSubmission } from 'tfjs-generative/grading';
import type { CheckResult } from 'tfjs-generative/testing';
import { buildGradingChild } from '../../scripts/grading-child.js';
import { loadTask, type Task } from './runner/load-task.js';
import { isWhole, keysOf, screenOf, type View } from './runner/screen.js';
import { openFolder, readProgress, writeProgress } from './runner/student-folder.js';

const usage = `npm run course -- [FOLDER] [--once]

Writes a file for each exercise into FOLDER (my-course by default), checks the current one whenever you save it, and shows which mistake you
made. Keys: h shows a hint, n and p go to the next and the previous exercise, r checks again, q quits. The next start continues there.

  --once   check the current exercise and end
  --help   show this text

The site has the same course as a page; its progress.json continues in FOLDER. docs/course.md says more.`;

const { values, positionals } = read();
if (values.help === true) {
  console.log(usage);
  process.exit();
}
const folder = positionals[0] ?? 'my-course';
const entries = openFolder(folder);
const picture = join(folder, 'picture.svg');
const passed = readProgress(folder);
const isInteractive = values.once !== true;

let at = Math.max(
  0,
  entries.findIndex(({ name }) => !passed.has(name)),
);
let shown = 0;
let results: readonly CheckResult[] | undefined;
let doesParse = true;
let present: Task;

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function view(): View {
  return { entries, passed, at, results, doesParse, picture, hints: present.task.hints, shown };
}

function draw(): void {
  if (isInteractive) process.stdout.write('\x1b[2J\x1b[H');
  console.log(screenOf(view()));
  if (isInteractive) console.log(`\n${keysOf(view())}`);
}

let latest = new AbortController();

/** Checks the present exercise; a check that is overtaken by another change is ended. */
async function check(): Promise<void> {
  latest.abort();
  const { signal } = (latest = new AbortController());
  const { name, file } = entries[at]!;
  const task = await loadTask(name);
  if (signal.aborted) return;
  present = task!;
  results = undefined;
  if (isInteractive) draw();
  const graded = await gradeSubmission(present.task, file, { packages: present.packages, signal });
  if (signal.aborted) return;
  results = graded.results;
  doesParse = graded.problem === undefined;
  const drawn = results[0]?.picture;
  if (drawn === undefined) rmSync(picture, { force: true });
  else writeFileSync(picture, drawn);
  if (isWhole(graded.results) && !passed.has(name)) writeProgress(folder, passed.add(name));
  draw();
}

function go(by: number): Promise<void> {
  at = Math.min(Math.max(at + by, 0), entries.length - 1);
  shown = 0;
  return check();
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

const keys: Readonly<Record<string, () => void>> = {
  h() {
    if (!doesParse) return;
    shown = Math.min(shown + 1, present.task.hints.length);
    draw();
  },
  n: () => void go(1).catch(fail),
  p: () => void go(-1).catch(fail),
  r: () => void check().catch(fail),
  q: () => process.exit(),
};

// what runs an answer in a process of its own
await buildGradingChild('dist');
await check().catch(fail);
if (isInteractive) {
  let wait: NodeJS.Timeout | undefined;
  watch(folder, (_, file) => {
    if (file === null || !entries[at]!.file.endsWith(file)) return;
    // editors write a file in several steps
    clearTimeout(wait);
    wait = setTimeout(() => void check().catch(fail), 150);
  });
  emitKeypressEvents(process.stdin);
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  process.stdin.on('keypress', (_, key: { readonly name?: string; readonly ctrl?: boolean }) => {
    if (key.ctrl === true && key.name === 'c') process.exit();
    keys[key.name ?? '']?.();
  });
}
