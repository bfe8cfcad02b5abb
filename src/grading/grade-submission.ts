import { randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { gradeReadings, type CheckResult, type Exercise } from '../testing/index.js';
import { checkInteger, checkNumber } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';
import { runSubmission } from './run-submission.js';
import { stripTypes } from './strip-types.js';

/** What a submission earned. */
export interface GradedSubmission {
  /** The name of the exercise. */
  readonly exercise: string;
  /** One result for each check of the exercise. */
  readonly results: readonly CheckResult[];
  /** If the submission does not parse: where and why. Then all results are without points. */
  readonly problem?: string;
}

/** Options of {@link gradeSubmission}. */
export interface SubmissionOptions {
  /** From which the secret inputs are drawn, at least 0; by default another one each time. */
  readonly seed?: number | undefined;
  /** After how many seconds the process is ended; default 5. */
  readonly seconds?: number | undefined;
  /** With how many megabytes of memory the process is ended, on Linux; default 1024. */
  readonly megabytes?: number | undefined;
  /** The hint to give, from 0 to 2; default 0. */
  readonly hint?: number | undefined;
}

/** A writer of a service's result file, such as {@link gradescope}. */
export type ResultFormat = (submission: GradedSubmission) => string;

/** A longer submission is refused unread. */
const LONGEST = 2 ** 18;

/**
 * Grades a file of a student's in a process of its own.
 *
 * Only values cross: the process gets inputs and returns numbers, gradients among them; seeds, reference and verdict stay here. Its folder
 * has tfjs-core with the cpu backend alone. It is ended when it takes too long or too much memory, with all processes that it started.
 *
 * @param exercise - made by `defineExercise`
 * @param file - path of a module, JavaScript or TypeScript, that exports a function with the exercise's name
 * @param options - see {@link SubmissionOptions}
 * @returns the results; whatever the file does, the promise resolves
 * @throws RangeError or TypeError if an option is not such a number; Error if the file cannot be read
 * @remarks This keeps points honest. It is no sandbox: run it in a container, as the services do. TypeScript needs the package
 * `sucrase`, which also finds errors of syntax.
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
  exercise: Exercise,
  file: string,
  options: SubmissionOptions = {},
): Promise<GradedSubmission> {
  const { seed, seconds, megabytes, hint } = readOptions('gradeSubmission', options, {
    seed: { is: checkInteger, default: randomInt(2 ** 47), least: 0 },
    seconds: { is: checkNumber, default: 5, above: 0 },
    megabytes: { is: checkNumber, default: 1024, above: 0 },
    hint: { is: checkInteger, default: 0, least: 0, most: 2 },
  });
  const source = await readFile(file, 'utf8');
  const stripped =
    source.length > LONGEST ? { problem: `it has more than ${LONGEST} characters` } : await stripTypes(source);
  const { name, call } = exercise;
  if ('problem' in stripped) {
    const failure = `Your file does not parse: ${stripped.problem}.`;
    const ask = async (questions: readonly unknown[]): Promise<{ failure: string }[]> =>
      questions.map(() => ({ failure }));
    return { exercise: name, results: await gradeReadings(exercise, ask, { seed, hint }), problem: stripped.problem };
  }
  const results = await gradeReadings(
    exercise,
    (questions) =>
      runSubmission(stripped.code, { name, questions, call: call && String(call) }, { seconds, megabytes }),
    { seed, hint },
  );
  return { exercise: name, results };
}

/**
 * {@link gradeSubmission}, with a result file for a service. The file is there, valid and without points, before the submission
 * starts, and is replaced at the end: whatever ends this process, the service finds a result.
 *
 * @param exercise - made by `defineExercise`
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
  exercise: Exercise,
  file: string,
  out: string,
  format: ResultFormat,
  options: SubmissionOptions = {},
): Promise<GradedSubmission> {
  const failure = 'The submission was not graded to the end: it may have ended the grader.';
  const none = await gradeReadings(exercise, async (questions) => questions.map(() => ({ failure })));
  await replace(out, format({ exercise: exercise.name, results: none }));
  const graded = await gradeSubmission(exercise, file, options);
  await replace(out, format(graded));
  return graded;
}

/** Writes a file so that others find the old one or the new one, whole. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
