import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exercise } from '../../examples/course/exercises/gaussian-kl/exercise.js';
import { answerFile } from '../../examples/course/runner/answer-file.js';
import { gradeSubmission, gradeToFile } from '../../src/grading/index.js';
import { formats } from './schemas.js';

const solution = resolve('examples/course/solutions/gaussian-kl.ts');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'submitted-'));
  chmodSync(folder, 0o755);
  copyFileSync(solution, join(folder, 'honest.ts'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Paths that are not a student's own file: how to make each, and the message for the student. */
const foreign: Readonly<Record<string, readonly [make: (path: string) => void, problem: RegExp]>> = {
  'a link to the solution': [(path) => symlinkSync(solution, path), /^it is a link/],
  'a link by a relative path': [(path) => symlinkSync('honest.ts', path), /^it is a link/],
  'a link to a link': [
    (path) => {
      symlinkSync(solution, `${path}.first`);
      symlinkSync(`${path}.first`, path);
    },
    /^it is a link/,
  ],
  'a link to nothing': [(path) => symlinkSync('nowhere.ts', path), /^it is a link/],
  'a link to itself': [(path) => symlinkSync(path, path), /^it is a link/],
  'a hard link': [(path) => linkSync(join(folder, 'honest.ts'), path), /has a second name: hand in a copy$/],
  'a link to a device': [(path) => symlinkSync('/dev/zero', path), /^it is a link/],
  'a pipe': [(path) => execFileSync('/usr/bin/mkfifo', [path]), /^it is a pipe, a socket or a device/],
  'a file that is far too long': [
    (path) => writeFileSync(path, Buffer.alloc(2 ** 25, 32)),
    /^it has more than 262144 char/,
  ],
};

describe.skipIf(process.platform === 'win32').each(Object.entries(foreign))('%s', (name, [make, problem]) => {
  test('earns nothing, does not delay grading, and the message says why', async () => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.ts`);
    make(path);
    const out = join(folder, 'results');
    const { format, obeys } = formats['gradescope']!;
    const graded = await gradeToFile(exercise, path, out, format);
    rmSync(path);
    expect(graded.results.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
    expect(graded.problem).toMatch(problem);
    obeys(readFileSync(out, 'utf8'));
  });
});

test.skipIf(process.platform === 'win32')('a device itself is not read', async () => {
  const { results, problem } = await gradeSubmission(exercise, '/dev/zero');
  expect(problem).toMatch(/^it is a pipe, a socket or a device/);
  expect(results.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
});

test.skipIf(process.platform === 'win32')(
  'a folder that is a link out of the student’s earns nothing; one that stays inside is read',
  async () => {
    mkdirSync(join(folder, 'student/real'), { recursive: true });
    symlinkSync(resolve('examples/course/solutions'), join(folder, 'student/theirs'));
    symlinkSync('real', join(folder, 'student/latest'));
    copyFileSync(solution, join(folder, 'student/real/gaussian-kl.ts'));
    const theirs = await gradeSubmission(exercise, join(folder, 'student/theirs/gaussian-kl.ts'));
    expect(theirs.problem).toBe('its folder is a link to a folder elsewhere');
    const own = await gradeSubmission(exercise, join(folder, 'student/latest/gaussian-kl.ts'), { seconds: 20 });
    expect(own.results.map(({ message }) => message)).toEqual(['Right.', 'Right.', 'Right.', 'Right.']);
  },
);

test('a folder, and a file that does not exist, are refused by name, with a result file in place', async () => {
  const out = join(folder, 'refused/results.json');
  for (const [file, why] of [
    [folder, 'a folder'],
    [join(folder, 'nowhere.ts'), 'no such file'],
    [join(folder, 'honest.ts/answer.ts'), 'ENOTDIR'],
  ]) {
    const { format, obeys } = formats['gradescope']!;
    await expect(gradeToFile(exercise, file!, out, format)).rejects.toThrow(
      new RegExp(`^gradeToFile: \`file\` must be the path of a file that can be read; got '.*\\(${why}\\)\\.$`),
    );
    obeys(readFileSync(out, 'utf8'));
  }
});

test.skipIf(process.platform === 'win32')('a progress.json that is a link or a pipe is not opened for answers', () => {
  const saved = join(folder, 'saved.json');
  writeFileSync(saved, JSON.stringify({ passed: [], answers: { elbo: 'theirs' } }));
  const [link, pipe] = [join(folder, 'link.json'), join(folder, 'pipe.json')];
  symlinkSync(saved, link);
  execFileSync('/usr/bin/mkfifo', [pipe]);
  for (const path of [link, pipe]) expect(answerFile('elbo', path, folder)).toBe(path);
  expect(answerFile('elbo', saved, folder)).toBe(join(folder, 'elbo.ts'));
});
