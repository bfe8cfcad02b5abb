import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { order, pieces } from '../order.js';
import { answersIn } from './answer-file.js';

const names: readonly string[] = [...order, ...pieces];

/** How deep below a student's folder files are looked for: a clone, or `ASSIGNMENT/FOLDER` of an export. */
const MAX_DEPTH = 4;

/** What a student handed in. */
export interface Student {
  /** The name of the folder without the prefix. */
  readonly name: string;
  /** The file of each exercise or piece that is there, by its name; a `progress.json` for those without a file of their own. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The students of a folder that has a folder for each, however deep their files are below it. `prefix` is left out of their names, as of
 * `week-1-alice` in a folder of GitHub Classroom. Links are skipped.
 */
export function readStudents(folder: string, prefix = ''): Student[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => ({
      name: name.startsWith(prefix) ? name.slice(prefix.length) : name,
      files: filesOf(join(folder, name)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function filesOf(folder: string): Map<string, string> {
  const found = filesIn(folder, MAX_DEPTH);
  const progress = found.find((path) => /[\\/]progress\.json$/.test(path));
  const own = found.flatMap((path): (readonly [string, string])[] => {
    const name = /(?:^|[\\/])(?:\d\d-)?([\w-]+)\.(?:[jt]s|json)$/.exec(path)?.[1];
    return name !== undefined && names.includes(name) ? [[name, path]] : [];
  });
  const answered = progress === undefined ? [] : Object.keys(answersIn(progress) ?? {});
  return new Map([...answered.flatMap((name) => (names.includes(name) ? [[name, progress!] as const] : [])), ...own]);
}

/** Files that are no links, those nearest to the folder last. */
function filesIn(folder: string, depth: number): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !/^(?:\.|node_modules$)/.test(name),
  );
  const below = depth === 0 ? [] : entries.filter((entry) => entry.isDirectory());
  return [
    ...below.flatMap(({ name }) => filesIn(join(folder, name), depth - 1)),
    ...entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name)),
  ];
}

/** A student's points for an exercise; undefined if nothing was handed in. */
export interface Points {
  readonly score: number;
  readonly maxScore: number;
}

/** A row for each student, with a column for each exercise and the sum. */
export function wideTable(
  exercises: readonly string[],
  rows: ReadonlyMap<string, ReadonlyMap<string, Points>>,
): string {
  const lines = [...rows].map(([student, points]) => {
    const scores = exercises.map((name) => points.get(name)?.score);
    return [student, ...scores, scores.reduce((sum: number, score) => sum + (score ?? 0), 0)];
  });
  return csv([['student', ...exercises, 'total'], ...lines]);
}

/** A row for each student and exercise, with nbgrader's names of columns. */
export function longTable(
  exercises: readonly string[],
  rows: ReadonlyMap<string, ReadonlyMap<string, Points>>,
): string {
  const lines = [...rows].flatMap(([student, points]) =>
    exercises.flatMap((name) => {
      const { score, maxScore } = points.get(name) ?? {};
      return score === undefined ? [] : [[name, student, score, maxScore]];
    }),
  );
  return csv([['assignment', 'student_id', 'score', 'max_score'], ...lines]);
}

function csv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\n`).join('');
}

/** A cell; a text that a spreadsheet would compute begins with an apostrophe. */
function cellOf(value: string | number | undefined): string {
  if (typeof value !== 'string') return String(value ?? '');
  const text = /^[=+@\t\r-]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
