import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { longTable, readStudents, wideTable } from '../../examples/course/runner/submissions.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'points-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const namesOf = (prefix?: string) =>
  readStudents(folder, prefix).map(({ name, files }) => [
    name,
    [...files].map(([exercise, path]) => `${exercise}: ${path.slice(folder.length + 1)}`),
  ]);

test('students’ files are found in folders, clones of GitHub Classroom and exports of nbgrader', () => {
  write('ada/02-gaussian-kl.ts');
  write('ada/notes.ts');
  write('week-1-bo/my-course/elbo.js');
  write('week-1-bo/.git/gaussian-kl.ts');
  write('week-1-bo/node_modules/free-nats.ts');
  write('cy/ps1/gaussian-kl.ts');
  write('cy/ps1/progress.json', JSON.stringify({ answers: { 'gaussian-kl': '', elbo: '', other: '' } }));
  symlinkSync(resolve('examples/course/solutions'), join(folder, 'di'));
  mkdirSync(join(folder, 'ed'));
  symlinkSync(resolve('examples/course/solutions/elbo.ts'), join(folder, 'ed/elbo.ts'));
  expect(namesOf('week-1-')).toEqual([
    ['ada', ['gaussian-kl: ada/02-gaussian-kl.ts']],
    ['bo', ['elbo: week-1-bo/my-course/elbo.js']],
    ['cy', ['gaussian-kl: cy/ps1/gaussian-kl.ts', 'elbo: cy/ps1/progress.json']],
    ['ed', []],
  ]);
});

test('tables have a cell for each exercise, and none that a spreadsheet computes', () => {
  const rows = new Map([
    ['=1+1', new Map([['elbo', { score: 2, maxScore: 9 }]])],
    ['a, "b"', new Map()],
  ]);
  expect(wideTable(['elbo', 'add-noise'], rows)).toBe(`student,elbo,add-noise,total\n'=1+1,2,,2\n"a, ""b""",,,0\n`);
  expect(longTable(['elbo', 'add-noise'], rows)).toBe(`assignment,student_id,score,max_score\nelbo,'=1+1,2,9\n`);
});

test('the command grades a folder of submissions', () => {
  mkdirSync(join(folder, 'ada'));
  cpSync('examples/course/solutions/gaussian-kl.ts', join(folder, 'ada/02-gaussian-kl.ts'));
  const answers = { 'gaussian-kl': 'export const gaussianKl = () => 1;', elbo: 'export' };
  write('bo/progress.json', JSON.stringify({ answers }));
  const out = join(folder, 'points.csv');
  const program = ['--import', 'tsx', 'scripts/course-points.ts', folder, 'gaussian-kl', '--out', out];
  execFileSync(process.execPath, program, { stdio: 'ignore' });
  expect(readFileSync(out, 'utf8')).toBe('student,gaussian-kl,total\nada,10,10\nbo,0,0\n');
});
