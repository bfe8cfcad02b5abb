// Grades a student's file: npm run tool -- course:grade gaussian-kl answer.ts --format gradescope --out results.json
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  classroom50,
  gradescope,
  gradeSubmission,
  gradeToFile,
  junit,
  prairieLearn,
  type ResultFormat,
} from 'tfjs-generative/grading';
import { answerFile } from '../examples/course/runner/answer-file.js';
import { loadTask } from '../examples/course/runner/load-task.js';
import { buildGradingChild } from './grading-child.js';

const formats: Readonly<Record<string, ResultFormat>> = { gradescope, prairielearn: prairieLearn, classroom50, junit };
const usage = `npm run tool -- course:grade EXERCISE FILE [--format ${Object.keys(formats).join('|')} --out FILE] [--seed N]
EXERCISE is a folder of examples/course/exercises or examples/course/pieces, or the path of an exercise.ts.
FILE is an answer, or a progress.json that the course's page has saved.`;

const { values, positionals } = read();
function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        out: { type: 'string' },
        seed: { type: 'string' },
        seconds: { type: 'string' },
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
const [which, handedIn] = positionals;
const format = values.format === undefined ? undefined : formats[values.format];
const task = which === undefined ? undefined : await loadTask(which);
if (
  which === undefined ||
  task === undefined ||
  handedIn === undefined ||
  (values.format !== undefined && !format) ||
  !format !== !values.out
) {
  console.error(usage);
  process.exit(2);
}
const options = {
  packages: task.packages,
  ...(values.seed !== undefined && { seed: Number(values.seed) }),
  ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
};
// a fresh clone does not have the bundle of the process that runs an answer
await buildGradingChild('dist');
const folder = mkdtempSync(join(tmpdir(), 'course-grade-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = answerFile(which, handedIn, folder);
const grading = format
  ? gradeToFile(task.task, file, values.out!, format, options)
  : gradeSubmission(task.task, file, options);
const { results } = await grading.catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
for (const { name, score, maxScore, message, hint } of results) {
  console.log(`${score} of ${maxScore}  ${name}: ${message}`);
  if (hint !== undefined) console.log(`  Hint: ${hint}`);
}
