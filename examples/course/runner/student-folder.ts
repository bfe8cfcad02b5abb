import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { order, pieces } from '../order.js';
import { blankDiagnoses } from '../pieces/broken-trainings/choices.js';

const course = join(import.meta.dirname, '..');
const names = [...order, ...pieces];

/** An exercise or a piece in a student's folder. */
export interface Entry {
  /** The name of its folder. */
  readonly name: string;
  /** The student's file. */
  readonly file: string;
  /** The page to read. */
  readonly page: string;
}

/**
 * Makes the folder where it is missing, with a stub for each exercise, and the answers that were written in the page, as far as its
 * progress has them. What a student has written stays.
 */
export function openFolder(folder: string): Entry[] {
  mkdirSync(folder, { recursive: true });
  const { answers } = readFile(folder);
  return names.map((name, i) => {
    const file = join(
      folder,
      `${String(i + 1).padStart(2, '0')}-${name}.${name === 'broken-trainings' ? 'json' : 'ts'}`,
    );
    const place = join(course, (order as readonly string[]).includes(name) ? 'exercises' : 'pieces', name);
    const stub = stubOf(folder, place, name);
    const answer = answers[name] ?? stub;
    if (!existsSync(file) || (answer !== stub && readFileSync(file, 'utf8') === stub)) writeFileSync(file, answer);
    return { name, file, page: relative('', join(place, 'README.md')) };
  });
}

function stubOf(folder: string, place: string, name: string): string {
  if (name === 'broken-trainings') return blankDiagnoses;
  const stub = join(place, 'stub.ts');
  if (!existsSync(stub)) return '// This piece has no stub. Its page says what to write.\n';
  // the types of an answer's arguments are next to its page
  const types = relative(resolve(folder), place).replaceAll(sep, '/');
  return readFileSync(stub, 'utf8').replace(`'./model.js'`, `'${types}/model.js'`);
}

const progressFile = (folder: string): string => join(folder, 'progress.json');

interface Progress {
  readonly passed: readonly unknown[];
  /** Answers of the page, by the name of the exercise. */
  readonly answers: Readonly<Record<string, string>>;
}

function readFile(folder: string): Progress {
  if (!existsSync(progressFile(folder))) return { passed: [], answers: {} };
  const { passed, answers = {} } = JSON.parse(readFileSync(progressFile(folder), 'utf8')) as Partial<Progress>;
  if (!Array.isArray(passed))
    throw new Error(`${progressFile(folder)} must have a list \`passed\`. Delete it to start again.`);
  return { passed, answers };
}

/** The names of the exercises that passed; those that the course does not have are left out. */
export function readProgress(folder: string): Set<string> {
  const { passed } = readFile(folder);
  return new Set(names.filter((name) => passed.includes(name)));
}

/** Keeps the names of the exercises that passed. */
export function writeProgress(folder: string, passed: ReadonlySet<string>): void {
  writeFileSync(progressFile(folder), `${JSON.stringify({ ...readFile(folder), passed: [...passed] }, null, 2)}\n`);
}
