import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { order, pieces } from '../order.js';

const names: readonly string[] = [...order, ...pieces];

/**
 * The file of the answer to an exercise or a piece, by its name or the path of its `exercise.ts`: what a student handed in, or one of the answers in a `progress.json` of the page. Those become
 * files in `folder`, under the names by which a training may import them. What is in the file is the student's: anything may be.
 */
export function answerFile(which: string, handedIn: string, folder: string): string {
  const answers = answersIn(handedIn);
  if (answers === undefined) return handedIn;
  const ending = (name: string): string => (name === 'broken-trainings' ? 'json' : 'ts');
  for (const [i, name] of names.entries()) {
    const answer = answers[name];
    if (typeof answer !== 'string') continue;
    for (const file of [name, `${String(i + 1).padStart(2, '0')}-${name}`])
      writeFileSync(join(folder, `${file}.${ending(name)}`), answer);
  }
  const name = which.endsWith('.ts') ? basename(dirname(which)) : which;
  const file = join(folder, `${name}.${ending(name)}`);
  // an exercise without an answer is graded, too
  if (!existsSync(file)) writeFileSync(file, '');
  return file;
}

/** The answers of a `progress.json` by the names of the exercises; undefined for any other file. */
export function answersIn(file: string): Readonly<Record<string, unknown>> | undefined {
  if (!file.endsWith('.json')) return undefined;
  try {
    const { answers } = JSON.parse(readOwn(file)) as { readonly answers?: unknown };
    return typeof answers === 'object' && answers !== null ? { ...answers } : undefined;
  } catch {
    return undefined;
  }
}

/** Longer files are none that the page has saved. */
const LONGEST = 2 ** 23;

/** The text of a regular file that is no link: a link leads to somebody else's answers, and a pipe never ends. */
function readOwn(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.nlink > 1 || found.size > LONGEST) throw new TypeError('no file of their own');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
