import { randomInt } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createNumberStream, type CheckResult, type Exercise, type Question, type Reading } from '../testing/index.js';
import { gradeWhere } from '../testing/exercises/grade.js';
import { checkInteger, checkNumber, checkSignal } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkFolders, checkFunction, checkPackages, checkResults, checkTask, checkText } from './checks.js';
import type { Piece } from './piece.js';
import { readStudentFile, type StudentFile } from './read-file.js';
import { readSources } from './read-sources.js';
import { runSubmission } from './run-submission.js';

/** What a submission earned. */
export interface GradedSubmission {
  /** The name of the exercise or piece. */
  readonly exercise: string;
  /** One result for each of its checks. */
  readonly results: readonly CheckResult[];
  /** If the submission does not parse, or is no file of its own: where and why. Then all results are without points. */
  readonly problem?: string;
}

/** Options of {@link gradeSubmission}. */
export interface SubmissionOptions {
  /** From which the secret inputs are drawn, at least 0; by default another one each time. */
  readonly seed?: number | undefined;
  /** After how many seconds the process is ended, at most a day; by default 5, or as the piece says. */
  readonly seconds?: number | undefined;
  /** With how many megabytes of memory the process is ended, on Linux; at most 2^20, by default 1024. */
  readonly megabytes?: number | undefined;
  /** The hint to give, from 0 to 2; default 0. */
  readonly hint?: number | undefined;
  /**
   * Packages that a submission may import besides TensorFlow.js: the name of each, with the path of its folder. Its `index.js` is
   * imported before the submission, and may start a backend.
   */
  readonly packages?: Readonly<Record<string, string>> | undefined;
  /** Ends the process when it is aborted; its checks then fail. */
  readonly signal?: AbortSignal | undefined;
}

/** A writer of a service's result file, such as {@link gradescope}. */
export type ResultFormat = (submission: GradedSubmission) => string;

/**
 * Grades a file of a student's in a process of its own.
 *
 * An answer that gives numbers and misses a point is graded once more, with other inputs, and what was missed counts no more if it then has
 * all points: a right answer may fail by chance, and a wrong one gains nothing by a part of them.
 *
 * Only values cross: the process gets inputs and returns numbers, gradients among them; seeds, reference and verdict stay here. Its folder
 * has tfjs-core with the cpu backend alone. It is ended when it takes too long or too much memory, with all processes that it started.
 *
 * @param task - an exercise, made by `defineExercise`, or a {@link Piece}
 * @param file - path of a module, JavaScript or TypeScript, that exports a function with the task's name. It earns nothing if it is a link,
 * a pipe or a device, if its folder is a link that leads elsewhere, or if it is too long
 * @param options - see {@link SubmissionOptions}
 * @returns the results; whatever the file does, the promise resolves
 * @throws RangeError or TypeError if an argument is not of its kind; Error if there is no such file, or `sucrase` is not installed
 * @remarks This keeps points honest. It is no sandbox: run it in a container, as the services do. It needs the package
 * `sucrase`, which takes types out and finds errors of syntax.
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

/** What is common to exercises and pieces. */
function pieceOf(task: Exercise | Piece): Pick<Piece, 'name' | 'hints' | 'seconds' | 'parts' | 'call'> {
  return task;
}

type Arguments = Awaited<ReturnType<typeof readArguments>>;

/** Checks all that is known before anything runs, in the name of the function that was called. */
async function readArguments(where: string, task: Exercise | Piece, file: string, options: SubmissionOptions) {
  checkTask(where, task);
  checkText(where, 'file', file, 'Give the path of a file.');
  const read = readOptions(where, options, {
    seed: { is: checkInteger, default: randomInt(2 ** 47), least: 0 },
    seconds: { is: checkNumber, default: pieceOf(task).seconds ?? 5, above: 0, most: 86_400 },
    megabytes: { is: checkNumber, default: 1024, above: 0, most: 2 ** 20 },
    hint: { is: checkInteger, default: 0, least: 0, most: 2 },
    packages: { is: checkPackages, default: undefined },
    signal: { is: checkSignal, default: undefined },
  });
  const { packages = {} } = read;
  await checkFolders(where, packages);
  return { where, task, file, ...read, packages };
}

async function gradeFile(given: Arguments): Promise<GradedSubmission> {
  const { where, task, file, seed, hint } = given;
  const source = await readStudentFile(file).catch((cause: NodeJS.ErrnoException): never => {
    const why = { EISDIR: 'a folder', ENOENT: 'no such file' }[cause.code ?? ''] ?? cause.code;
    throw unusable(where, 'file', 'must be the path of a file that can be read', { seen: `'${file}' (${why})` });
  });
  let problem = 'problem' in source ? source.problem : undefined;
  /** Whether the process gave numbers for every question. */
  const answered: boolean[] = [];
  const ask = async (questions: readonly Question[]): Promise<readonly Reading[]> => {
    const readings = await askProcess(given, source, questions);
    answered.push(!('problem' in readings) && readings.every(({ failure }) => failure === undefined));
    if (!('problem' in readings)) return readings;
    ({ problem } = readings);
    return questions.map(() => ({ failure: `Your file does not parse: ${problem}.` }));
  };
  const text = 'text' in source ? source.text : '';
  let results = await gradeTask(where, task, { text, ask, seed, hint });
  if (answered.length > 0 && answered.every(Boolean) && results.some(({ passed }) => !passed)) {
    const [other] = createNumberStream(seed, 'again').integers([1], 0, 2 ** 31) as [number];
    const again = await gradeTask(where, task, { text, ask, seed: other, hint });
    if (again.every(({ passed }) => passed)) results = again;
  }
  return { exercise: task.name, results, ...(problem !== undefined && { problem }) };
}

/** Asks the answer in a process of its own. */
async function askProcess(
  { task, file, packages, seconds, megabytes, signal }: Arguments,
  source: StudentFile,
  questions: readonly Question[],
): Promise<readonly Reading[] | { readonly problem: string }> {
  const { name, call, parts = [] } = pieceOf(task);
  const sources = 'text' in source ? await readSources(file, source.text, parts) : source;
  if ('problem' in sources) return sources;
  return runSubmission(
    { sources, packages },
    { name, questions, call: call && String(call), packages: Object.keys(packages) },
    { seconds, megabytes, signal },
  );
}

interface Asked {
  readonly text: string;
  readonly seed: number;
  readonly hint: number;
  ask(questions: readonly Question[]): Promise<readonly Reading[]>;
}

async function gradeTask(
  where: string,
  task: Exercise | Piece,
  { text, ask, seed, hint }: Asked,
): Promise<readonly CheckResult[]> {
  if (!('grade' in task)) return gradeWhere(where, 'task', task, ask, { seed, hint });
  const results = await task.grade({ text, ask, random: (name) => createNumberStream(seed, name) });
  checkResults(where, 'task.grade', results);
  const first = results.findIndex(({ passed }) => !passed);
  return results.map((result, i) => (i === first ? { ...result, hint: task.hints[hint]! } : result));
}

/**
 * {@link gradeSubmission}, with a result file for a service. The file is there, valid and without points, before the submission
 * starts, and is replaced at the end: whatever ends this process, the service finds a result. Its folder is made if it is missing.
 *
 * @param task - as of {@link gradeSubmission}
 * @param file - as of {@link gradeSubmission}
 * @param out - path of the result file
 * @param format - such as {@link gradescope}
 * @param options - see {@link SubmissionOptions}
 * @returns what {@link gradeSubmission} returns
 * @throws as {@link gradeSubmission}; Error if `out` cannot be written
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
  const given = await readArguments(where, task, file, options);
  const write = async (graded: GradedSubmission): Promise<void> => {
    const text: unknown = format(graded);
    if (typeof text !== 'string') throw wrongKind(where, 'format', 'must return a text', { got: text });
    await replace(out, text).catch((cause: NodeJS.ErrnoException) => {
      throw unusable(where, 'out', 'must be the path of a file that can be written', {
        seen: `'${out}' (${cause.code})`,
      });
    });
  };
  const failure = 'The submission was not graded to the end: there was no such file, or it ended the grader.';
  const ask = async (questions: readonly unknown[]): Promise<Reading[]> => questions.map(() => ({ failure }));
  const results = await gradeTask(where, task, { text: '', ask, seed: 0, hint: 0 });
  await write({ exercise: task.name, results });
  const graded = await gradeFile(given);
  await write(graded);
  return graded;
}

/** Writes a file so that others find the old one or the new one, whole. */
async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
