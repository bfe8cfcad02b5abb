import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Piece } from 'tfjs-generative/grading';
import type { Exercise } from 'tfjs-generative/testing';
import { buildGivenPackage } from '../../../scripts/grading-child.js';
import { pieceWithKey, type Diagnoses } from '../pieces/broken-trainings/piece.js';

const course = join(import.meta.dirname, '..');

/** What a folder of the course asks for, and the packages that its answer may import. */
export interface Task {
  readonly task: Exercise | Piece;
  readonly packages: Readonly<Record<string, string>>;
}

/** An exercise or a piece by the name of its folder, or an exercise by the path of its `exercise.ts`; undefined if there is none. */
export async function loadTask(which: string): Promise<Task | undefined> {
  const load = async <T>(path: string): Promise<T> => (await import(pathToFileURL(path).href)) as T;
  const exercise = [join(course, 'exercises', which, 'exercise.ts'), which].find(
    (path) => path.endsWith('.ts') && existsSync(path),
  );
  if (exercise !== undefined) return { task: (await load<{ exercise: Exercise }>(exercise)).exercise, packages: {} };
  const piece = join(course, 'pieces', which, 'piece.ts');
  if (!existsSync(piece)) return undefined;
  if (which === 'broken-trainings') {
    const key = join(course, 'solutions', `${which}.json`);
    // students do not have it
    if (existsSync(key))
      return { task: pieceWithKey(JSON.parse(readFileSync(key, 'utf8')) as Diagnoses), packages: {} };
    return { task: (await load<{ piece: Piece }>(piece)).piece, packages: {} };
  }
  const given = 'node_modules/.cache/tfjs-generative-course';
  await buildGivenPackage(given);
  return { task: (await load<{ piece: Piece }>(piece)).piece, packages: { 'tfjs-generative': given } };
}
