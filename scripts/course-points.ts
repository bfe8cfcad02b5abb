// Grades a folder of submissions: npm run tool -- course:points submitted --out points.csv
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gradeSubmission } from 'tfjs-generative/grading';
import { order, pieces } from '../examples/course/order.js';
import { answerFile } from '../examples/course/runner/answer-file.js';
import { loadTask } from '../examples/course/runner/load-task.js';
import { longTable, readStudents, wideTable, type Points } from '../examples/course/runner/submissions.js';
import { buildGradingChild } from './grading-child.js';

const usage = `npm run tool -- course:points FOLDER [EXERCISE ...] [--out FILE] [--prefix TEXT] [--long]
FOLDER has a folder for each student, with their files or their progress.json at any depth. All exercises are graded, or those named.
--prefix is left out of the students' names, such as week-1- of GitHub Classroom. --long writes a row for each student and exercise, as nbgrader does.`;

const { values, positionals } = read();
function read() {
  try {
    const long = { type: 'boolean' } as const;
    const text = { type: 'string' } as const;
    return parseArgs({ allowPositionals: true, options: { out: text, prefix: text, long } });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
const [folder, ...named] = positionals;
const all: readonly string[] = [...order, ...pieces];
if (folder === undefined || named.some((name) => !all.includes(name))) {
  console.error(usage);
  process.exit(2);
}

const students = readStudents(folder, values.prefix);
const exercises = (named.length > 0 ? named : all).filter((name) => students.some(({ files }) => files.has(name)));
await buildGradingChild('dist');
const rows = new Map<string, Map<string, Points>>(students.map(({ name }) => [name, new Map()]));
for (const name of exercises) {
  const { task, packages } = (await loadTask(name))!;
  for (const student of students) {
    const file = student.files.get(name);
    if (file === undefined) continue;
    const answers = mkdtempSync(join(tmpdir(), 'answers-'));
    try {
      const { results } = await gradeSubmission(task, answerFile(name, file, answers), { packages });
      const sum = (key: 'score' | 'maxScore'): number => results.reduce((total, result) => total + result[key], 0);
      const points = { score: sum('score'), maxScore: sum('maxScore') };
      rows.get(student.name)!.set(name, points);
      console.error(`${student.name}, ${name}: ${points.score} of ${points.maxScore}`);
    } finally {
      rmSync(answers, { recursive: true });
    }
  }
}
const table = (values.long === true ? longTable : wideTable)(exercises, rows);
if (values.out === undefined) process.stdout.write(table);
else writeFileSync(values.out, table);
