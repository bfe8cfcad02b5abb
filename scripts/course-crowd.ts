// Grades hostile and right submissions several at a time, as a busy service does: npm run tool -- course:crowd --at-once 4 --hostile 60 --right 40
// `--only` selects submissions by a part of their names.
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { gradeSubmission } from 'tfjs-generative/grading';
import { order } from '../examples/course/order.js';
import { loadTask, type Task } from '../examples/course/runner/load-task.js';
import { hostileTexts } from '../tests/course/hostile-texts.js';
import { hostile } from '../tests/course/hostile.js';
import { fifth } from '../tests/course/unseen/fifth.js';
import { fourth } from '../tests/course/unseen/fourth.js';
import { buildGradingChild } from './grading-child.js';

const { values } = parseArgs({
  options: {
    'at-once': { type: 'string', default: '4' },
    hostile: { type: 'string', default: '60' },
    right: { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
  },
});

/** A submission, and whether it must have all points or none. */
interface Entry extends Task {
  readonly name: string;
  readonly file: string;
  readonly isRight: boolean;
}

await buildGradingChild('dist');
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'course-crowd-'));
process.env['TMPDIR'] = folder;
chmodSync(folder, 0o755);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(text: string): string {
  const file = join(folder, `${files++}.ts`);
  writeFileSync(file, text.replaceAll('ROOT', resolve('.')));
  return file;
}

/** The trainings first, which take longest, then the solutions, then answers in other styles. */
async function rightEntries(count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  const add = async (name: string, file: string, kind: string): Promise<void> => {
    if (entries.length < count)
      entries.push({ ...(await loadTask(name))!, name: `${name}, ${kind}`, file, isRight: true });
  };
  for (let i = 0; i < 3; i++)
    for (const name of ['two-moons-vae', 'two-moons-gan', 'two-moons-diffusion'])
      await add(name, resolve(`examples/course/solutions/${name}.ts`), 'solution');
  for (const name of order) await add(name, resolve(`examples/course/solutions/${name}.ts`), 'solution');
  for (const set of [fourth, fifth])
    for (const name of order)
      for (const source of set[name]?.right ?? []) {
        const { task } = (await loadTask(name))!;
        const text = `import * as tf from '@tensorflow/tfjs-core';\nexport const ${task.name} = (...args: any[]) => tf.tidy(() => ((${source}) as any)(...args));`;
        await add(name, write(text), 'in another style');
      }
  return entries;
}

/** Texts that keep a reader busy and submissions that want points or hurt the grader, in turns. */
async function hostileEntries(count: number): Promise<Entry[]> {
  const task = (await loadTask('gaussian-kl'))!;
  const [texts, others] = [Object.entries(hostileTexts), Object.entries(hostile)];
  const all = texts.flatMap((text, i) => [text, ...others.slice(i, i + 1)]);
  return all.slice(0, count).map(([name, text]) => ({ ...task, name, file: write(text), isRight: false }));
}

// the right ones come among the hostile ones
const right = await rightEntries(Number(values.right));
const wrong = await hostileEntries(Number(values.hostile));
const share = (i: number, { length }: readonly Entry[]): number => (i + 0.5) / length;
const queue = [
  ...right.map((entry, i) => ({ entry, at: share(i, right) })),
  ...wrong.map((entry, i) => ({ entry, at: share(i, wrong) })),
]
  .sort((a, b) => a.at - b.at)
  .map(({ entry }) => entry)
  .filter(({ name }) => name.includes(values.only));
const counts = [true, false].map((isRight) => queue.filter((entry) => entry.isRight === isRight).length);

const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();
const start = performance.now();
const slowest = { right: 0, hostile: 0 };
const failures: string[] = [];
async function gradeAll(): Promise<void> {
  for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
    const { task, packages, name, file, isRight } = entry;
    const begin = performance.now();
    const { results, problem } = await gradeSubmission(task, file, { packages, megabytes: 1024 });
    const seconds = (performance.now() - begin) / 1000;
    const kind = isRight ? 'right' : 'hostile';
    slowest[kind] = Math.max(slowest[kind], seconds);
    const sum = (key: 'score' | 'maxScore'): number => results.reduce((total, result) => total + result[key], 0);
    const message = problem ?? results.find(({ passed }) => !passed)?.message ?? '';
    const line = `${sum('score')} of ${sum('maxScore')} points after ${seconds.toFixed(1)} s: ${name}: ${message}`;
    console.log(line);
    if (sum('score') !== (isRight ? sum('maxScore') : 0)) failures.push(line);
  }
}
await Promise.all(Array.from({ length: Number(values['at-once']) }, gradeAll));

const left = readdirSync(folder).filter((name) => name.startsWith('submission-')).length;
const running = readdirSync('/proc').filter((pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`${folder}/submission-`);
  } catch {
    return false;
  }
}).length;
const minutes = (performance.now() - start) / 60_000;
console.log(`
${counts[0]} right and ${counts[1]} hostile submissions, ${values['at-once']} at a time, in ${minutes.toFixed(1)} minutes
with other points than they must have: ${failures.length}
the slowest: ${slowest.right.toFixed(1)} s and ${slowest.hostile.toFixed(1)} s
the grader's longest silence: ${(delays.max / 1e6).toFixed(0)} ms
folders and processes left behind: ${left} and ${running}`);
for (const line of failures) console.error(line);
process.exit(failures.length + left + running > 0 ? 1 : 0);
