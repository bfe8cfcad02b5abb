import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { order } from '../order.js';

const exercises = join(import.meta.dirname, '../exercises');

/** An exercise in a student's folder. */
export interface Entry {
  /** The name of the exercise's folder. */
  readonly name: string;
  /** The student's file. */
  readonly file: string;
  /** The page to read. */
  readonly page: string;
}

/** Makes the folder where it is missing, with a stub for each exercise; what a student has written stays. */
export function openFolder(folder: string): Entry[] {
  mkdirSync(folder, { recursive: true });
  return order.map((name, i) => {
    const file = join(folder, `${String(i + 1).padStart(2, '0')}-${name}.ts`);
    const page = join(exercises, name, 'README.md');
    if (!existsSync(file)) {
      // types of what an answer is given stand beside its page
      const types = relative(resolve(folder), join(exercises, name)).replaceAll(sep, '/');
      writeFileSync(
        file,
        readFileSync(join(exercises, name, 'stub.ts'), 'utf8').replace(`'./model.js'`, `'${types}/model.js'`),
      );
    }
    return { name, file, page: relative('', page) };
  });
}

const progressFile = (folder: string): string => join(folder, 'progress.json');

/** The names of the exercises that passed; those that the course does not have are left out. */
export function readProgress(folder: string): Set<string> {
  if (!existsSync(progressFile(folder))) return new Set();
  const { passed } = JSON.parse(readFileSync(progressFile(folder), 'utf8')) as { passed?: unknown };
  if (!Array.isArray(passed))
    throw new Error(`${progressFile(folder)} must have a list \`passed\`. Delete it to begin anew.`);
  return new Set(order.filter((name) => passed.includes(name)));
}

/** Keeps the names of the exercises that passed. */
export function writeProgress(folder: string, passed: ReadonlySet<string>): void {
  writeFileSync(progressFile(folder), `${JSON.stringify({ passed: [...passed] }, null, 2)}\n`);
}
