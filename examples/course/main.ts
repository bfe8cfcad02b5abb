// The course: npm run course -- [FOLDER] [--once]
// It puts a stub for each function into FOLDER (my-course by default), checks the present one whenever you save it, and shows the next
// hint on a key. With --once it checks that one and ends.
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

const { values, positionals } = parseArgs({ allowPositionals: true, options: { once: { type: 'boolean' } } });
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
let present: Task;

function view(): View {
  return { entries, passed, at, results, picture, hints: present.task.hints, shown };
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
