import { randomInt } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  createNumberStream,
  gradeReadings,
  type CheckResult,
  type Exercise,
  type Question,
  type Reading,
} from '../testing/index.js';
import { checkInteger, checkNumber } from '../tensor/checks.js';
import { optional, readOptions } from '../tensor/options.js';
import type { Piece } from './piece.js';
import { readSources } from './read-sources.js';
import { runSubmission } from './run-submission.js';

/** What a submission earned. */
export interface GradedSubmission {
  /** The name of the exercise or piece. */
  readonly exercise: string;
  /** One result for each of its checks. */
  readonly results: readonly CheckResult[];
  /** If the submission does not parse: where and why. Then all results are without points. */
  readonly problem?: string;
}

/** Options of {@link gradeSubmission}. */
export interface SubmissionOptions {
  /** From which the secret inputs are drawn, at least 0; by default another one each time. */
  readonly seed?: number | undefined;
  /** After how many seconds the process is ended; by default 5, or as the piece says. */
  readonly seconds?: number | undefined;
  /** With how many megabytes of memory the process is ended, on Linux; default 1024. */
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
 * Only values cross: the process gets inputs and returns numbers, gradients among them; seeds, reference and verdict stay here. Its folder
 * has tfjs-core with the cpu backend alone. It is ended when it takes too long or too much memory, with all processes that it started.
 *
 * @param task - an exercise, made by `defineExercise`, or a {@link Piece}
 * @param file - path of a module, JavaScript or TypeScript, that exports a function with the task's name
 * @param options - see {@link SubmissionOptions}
 * @returns the results; whatever the file does, the promise resolves
 * @throws RangeError or TypeError if an option is not such a number; Error if the file cannot be read, or `sucrase` is not installed
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
  const piece = pieceOf(task);
  const { seed, seconds, megabytes, hint, packages, signal } = readOptions('gradeSubmission', options, {
    seed: { is: checkInteger, default: randomInt(2 ** 47), least: 0 },
    seconds: { is: checkNumber, default: piece.seconds ?? 5, above: 0 },
    megabytes: { is: checkNumber, default: 1024, above: 0 },
    hint: { is: checkInteger, default: 0, least: 0, most: 2 },
    packages: optional,
    signal: optional,
  });
  const text = await readFile(file, 'utf8');
  let problem: string | undefined;
  const ask = async (questions: readonly Question[]): Promise<readonly Reading[]> => {
    const sources = await readSources(file, piece.parts ?? []);
    if ('problem' in sources) {
      ({ problem } = sources);
      return questions.map(() => ({ failure: `Your file does not parse: ${problem}.` }));
    }
    const { name, call } = piece;
    return runSubmission(
      { sources, packages: packages ?? {} },
      { name, questions, call: call && String(call), packages: Object.keys(packages ?? {}) },
      { seconds, megabytes, signal },
    );
  };
  const results = await gradeTask(task, { text, ask, seed, hint });
  return { exercise: piece.name, results, ...(problem !== undefined && { problem }) };
}

/** What is common to exercises and pieces. */
function pieceOf(task: Exercise | Piece): Pick<Piece, 'name' | 'hints' | 'seconds' | 'parts' | 'call'> {
  return task;
}

interface Asked {
  readonly text: string;
  readonly seed: number;
  readonly hint: number;
  ask(questions: readonly Question[]): Promise<readonly Reading[]>;
}

async function gradeTask(task: Exercise | Piece, { text, ask, seed, hint }: Asked): Promise<readonly CheckResult[]> {
  if ('reference' in task) return gradeReadings(task, ask, { seed, hint });
  const results = await task.grade({ text, ask, random: (name) => createNumberStream(seed, name) });
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
  const failure = 'The submission was not graded to the end: it may have ended the grader.';
  const ask = async (questions: readonly unknown[]): Promise<Reading[]> => questions.map(() => ({ failure }));
  await mkdir(dirname(out), { recursive: true });
  await replace(
    out,
    format({ exercise: task.name, results: await gradeTask(task, { text: '', ask, seed: 0, hint: 0 }) }),
  );
  const graded = await gradeSubmission(task, file, options);
  await replace(out, format(graded));
  return graded;
}

/** Writes a file so that others find the old one or the new one, whole. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
