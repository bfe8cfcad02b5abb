import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkNumber } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import {
  checkExerciseRecord,
  checkFunction,
  checkHints,
  checkList,
  checkText,
  checkTexts,
} from '../testing/exercises/checks.js';
import type { CheckResult, Exercise } from '../testing/index.js';
import type { Piece } from './piece.js';

export { checkFunction, checkText };

/** Throws unless `task` is an exercise or a piece. */
export function checkTask(where: string, task: unknown): asserts task is Exercise | Piece {
  const { grade, name, hints, seconds, parts, call } = (task ?? {}) as Partial<Piece>;
  if (grade === undefined) return checkExerciseRecord(where, 'task', task);
  checkFunction(where, 'task.grade', grade);
  checkText(where, 'task.name', name, 'It is the name of the function that an answer exports.');
  checkHints(where, 'task.hints', hints);
  if (seconds !== undefined) checkNumber(where, 'task.seconds', seconds, { above: 0 });
  if (parts !== undefined) checkList(where, 'task.parts', parts, 'names of files');
  if (call !== undefined) checkFunction(where, 'task.call', call);
}

/** Throws unless `packages` is a record from names of packages to paths of folders. */
export function checkPackages(where: string, argument: string, packages: unknown): void {
  checkTexts(where, argument, packages, "{ 'a-package': 'its/folder' }");
  const odd = Object.keys(packages as object).find((name) => !/^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(name));
  if (odd !== undefined) throw unusable(where, argument, 'must have names of packages as its keys', { got: odd });
}

/** Throws unless each folder contains an `index.js`. */
export async function checkFolders(where: string, packages: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, folder] of Object.entries(packages)) {
    const found = await stat(join(folder, 'index.js')).catch(() => undefined);
    if (found?.isFile() === true) continue;
    throw unusable(where, `packages.${name}`, 'must be the path of a folder with an index.js', { got: folder });
  }
}

/** Throws unless `results` is a list of results. */
export function checkResults(
  where: string,
  argument: string,
  results: unknown,
): asserts results is readonly CheckResult[] {
  checkList(where, argument, results, 'results, one for each check');
  for (const result of results as readonly (Partial<CheckResult> | null)[]) {
    const { score, maxScore, name, message, picture = '' } = result ?? {};
    const isResult = [score, maxScore].every((one) => typeof one === 'number');
    if (isResult && [name, message, picture].every((one) => typeof one === 'string')) continue;
    throw wrongKind(where, argument, 'must hold results with a name, a message, a score and a maxScore', {
      got: result,
    });
  }
}
