import { randomInt } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createNumberStream, type CheckResult, type Exercise, type Question, type Reading } from '../testing/index.js';
import { gradeByReadings } from '../testing/exercises/grade.js';
import { checkInteger, checkNumber, checkSignal } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkFolders, checkFunction, checkPackages, checkResults, checkTask, checkText } from './checks.js';
import type { StudentFile } from './child/collect-sources.js';
import { gradeTwice, type Draw } from './grade-twice.js';
import { partFinder } from './part-finder.js';
import type { Piece } from './piece.js';
import { readStudentFile } from './read-file.js';
import { runSubmission } from './run-submission.js';

/** The results of a submission. */
export interface GradedSubmission {
  /** The name of the exercise or piece. */
  readonly exercise: string;
  /** One result for each of its checks. */
  readonly results: readonly CheckResult[];
  /** Why the submission was not run, if it does not parse, or is a link or a device. All results then have 0 points. */
  readonly problem?: string;
}

/** Options of {@link gradeSubmission}. */
export interface SubmissionOptions {
  /** The seed of the secret inputs, at least 0; by default a random one. */
  readonly seed?: number | undefined;
  /**
   * The limit of the process's processor time in seconds, at most a day; by default that of the piece, or 5. By the clock it may take ten times as
   * long, because other programs may use the processor, unless it does nothing for this long.
   */
  readonly seconds?: number | undefined;
  /** The memory limit of the process in megabytes, on Linux; at most 2^20, by default 1024. */
  readonly megabytes?: number | undefined;
  /** The hint to give, from 0 to 2; default 0. */
  readonly hint?: number | undefined;
  /**
   * Packages that a submission may import in addition to TensorFlow.js: the path of each package's folder, by its name. The `index.js` of
   * the folder is imported before the submission, and may start a backend. None by default.
   */
  readonly packages?: Readonly<Record<string, string>> | undefined;
  /** Stops the process when it is aborted; its checks then fail. */
  readonly signal?: AbortSignal | undefined;
}

/** A writer of a service's result file, such as {@link gradescope}. */
export type ResultFormat = (submission: GradedSubmission) => string;

/**
 * Grades a student's file in a process of its own.
 *
 * An answer that gives numbers but fails a check is graded a second time, with other inputs. If it passes all checks then, it gets all
 * points, because a right answer may fail by chance; otherwise the first results count.
 *
 * The process reads the file. It only gets inputs and only returns numbers, such as values and gradients; seeds, reference and results stay in the grader. Its
 * folder contains tfjs-core with the cpu backend. It is killed, with all processes that it started, if it exceeds its processor time or the memory.
 *
 * @param task - an exercise, made by `defineExercise`, or a {@link Piece}
 * @param file - path of a module, JavaScript or TypeScript, that exports a function with the task's name. It gets no points if it is a link,
 * a pipe or a device, if its folder is a link to a folder elsewhere, or if it is too long
 * @param options - see {@link SubmissionOptions}
 * @returns the results; the promise resolves whatever the file does
 * @throws RangeError or TypeError if an argument is wrong; Error if the file does not exist
 * @remarks A submission cannot give itself points, but this is not a sandbox: run it in a container, as the services do.
 * @example
 * ```ts
 * const square = defineExercise({
 *   name: 'square',
 *   mistakes: { doubled: 'it is twice the number, not its square' },
 *   hints: ['What is 3 squared?', 'Which operation takes two factors?', 'The factors are the same.'],
 *   checks: [{ kind: 'values', points: 1 }],
 *   inputs: (random) => ({ x: random.normal([3]) }),
 *   reference: ({ x }, wrong) => x.map((value) => (wrong.doubled ? 2 * value : value ** 2)),
 * });
 * const pointsOf = async (file: string) => {
 *   const { results } = await gradeSubmission(square, file);
 *   return results.reduce((sum, { score }) => sum + score, 0);
 * };
 * ```
 */
export async function gradeSubmission(
  task: Exercise | Piece,
  file: string,
  options: SubmissionOptions = {},
): Promise<GradedSubmission> {
  return gradeFile(await readArguments('gradeSubmission', task, file, options));
}

/** The members that an exercise and a piece may have. */
type Task = Pick<Piece, 'name' | 'hints' | 'seconds' | 'parts' | 'call'>;

type Arguments = Awaited<ReturnType<typeof readArguments>>;

/** Checks the arguments of the function `where`, before anything runs. */
async function readArguments(where: string, task: Exercise | Piece, file: string, options: SubmissionOptions) {
  checkTask(where, task);
  checkText(where, 'file', file, 'Give the path of a file.');
  const read = readOptions(where, options, {
    seed: { is: checkInteger, default: randomInt(2 ** 47), least: 0 },
    seconds: { is: checkNumber, default: (task as Task).seconds ?? 5, above: 0, most: 86_400 },
    megabytes: { is: checkNumber, default: 1024, above: 0, most: 2 ** 20 },
    hint: { is: checkInteger, default: 0, least: 0, most: 2 },
    packages: { is: checkPackages, default: undefined },
    signal: { is: checkSignal, default: undefined },
  });
  const { packages = {} } = read;
  await checkFolders(where, packages);
  return { where, task, file, ...read, packages };
}

async function gradeFile(args: Arguments): Promise<GradedSubmission> {
  const { where, task, file, seed, hint } = args;
  const source = await readStudentFile(file).catch((cause: NodeJS.ErrnoException): never => {
    const why = { EISDIR: 'a folder', ENOENT: 'no such file' }[cause.code ?? ''] ?? cause.code;
    throw unusable(where, 'file', 'must be the path of a file that can be read', { seen: `'${file}' (${why})` });
  });
  const text = 'text' in source ? source.text : '';
  const graded = await gradeTwice(
    seed,
    (questions) => askProcess(args, source, questions),
    (draw) => gradeTask(where, task, { text, hint, ...draw }),
  );
  const { problem = 'problem' in source ? source.problem : undefined } = graded;
  return { exercise: task.name, results: graded.results, ...(problem !== undefined && { problem }) };
}

/** Measures the answer in a process of its own. */
async function askProcess(
  { task, file, packages, seconds, megabytes, signal }: Arguments,
  source: StudentFile,
  questions: readonly Question[],
): Promise<readonly Reading[] | { readonly problem: string }> {
  const { name, call, parts = [] } = task as Task;
  if ('problem' in source) return source;
  const job = { name, questions, call: call && String(call), packages: Object.keys(packages) };
  const submission = { text: source.text, findPart: partFinder(file, parts), job, packages };
  return runSubmission(submission, { seconds, megabytes, signal });
}

/** What grading needs of a submission. */
interface Submission extends Draw {
  readonly text: string;
  readonly hint: number;
}

async function gradeTask(
  where: string,
  task: Exercise | Piece,
  { text, ask, seed, hint }: Submission,
): Promise<readonly CheckResult[]> {
  if (!('grade' in task)) return gradeByReadings(where, 'task', task, ask, { seed, hint });
  const results = await task.grade({ text, ask, random: (name) => createNumberStream(seed, name) });
  checkResults(where, 'task.grade', results);
  const first = results.findIndex(({ passed }) => !passed);
  return results.map((result, i) => (i === first ? { ...result, hint: task.hints[hint]! } : result));
}

/**
 * Grades as {@link gradeSubmission} does, and writes a result file for a service. A valid file without points is written before the
 * submission starts, and replaced at the end, so that the service finds a result even if this process is killed. A missing folder is made.
 *
 * @param task - as for {@link gradeSubmission}
 * @param file - as for {@link gradeSubmission}
 * @param out - path of the result file
 * @param format - a writer, such as {@link gradescope}
 * @param options - see {@link SubmissionOptions}
 * @returns the same as {@link gradeSubmission}
 * @throws the same errors as {@link gradeSubmission}; Error if `out` cannot be written
 * @example
 * ```ts
 * const square = defineExercise({
 *   name: 'square',
 *   mistakes: { doubled: 'it is twice the number, not its square' },
 *   hints: ['What is 3 squared?', 'Which operation takes two factors?', 'The factors are the same.'],
 *   checks: [{ kind: 'values', points: 1 }],
 *   inputs: (random) => ({ x: random.normal([3]) }),
 *   reference: ({ x }, wrong) => x.map((value) => (wrong.doubled ? 2 * value : value ** 2)),
 * });
 * const out = '/autograder/results/results.json';
 * const gradeHere = (file: string) => gradeToFile(square, file, out, gradescope);
 * ```
 */
export async function gradeToFile(
  task: Exercise | Piece,
  file: string,
  out: string,
  format: ResultFormat,
  options: SubmissionOptions = {},
): Promise<GradedSubmission> {
  const where = 'gradeToFile';
  checkText(where, 'out', out, 'Give the path of the result file.');
  checkFunction(where, 'format', format);
  const args = await readArguments(where, task, file, options);
  const write = async (graded: GradedSubmission): Promise<void> => {
    const text: unknown = format(graded);
    if (typeof text !== 'string') throw wrongKind(where, 'format', 'must return a string', { got: text });
    await replace(out, text).catch((cause: NodeJS.ErrnoException) => {
      throw unusable(where, 'out', 'must be the path of a file that can be written', {
        seen: `'${out}' (${cause.code})`,
      });
    });
  };
  const failure = 'The submission was not graded: its file was missing, or it stopped the grader.';
  const ask = async (questions: readonly unknown[]): Promise<Reading[]> => questions.map(() => ({ failure }));
  const results = await gradeTask(where, task, { text: '', ask, seed: 0, hint: 0 });
  await write({ exercise: task.name, results });
  const graded = await gradeFile(args);
  await write(graded);
  return graded;
}

/** Writes a file so that readers find either the old one or the complete new one. */
async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
