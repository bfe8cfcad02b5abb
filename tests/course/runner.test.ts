import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { order, pieces } from '../../examples/course/order.js';
import { answerFile } from '../../examples/course/runner/answer-file.js';
import { keysOf, screenOf, type View } from '../../examples/course/runner/screen.js';
import { openFolder, readProgress, writeProgress } from '../../examples/course/runner/student-folder.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'course-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the order has every exercise and every piece once', () => {
  expect([...order].sort()).toEqual(readdirSync('examples/course/exercises').sort());
  const folders = readdirSync('examples/course/pieces', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...pieces].sort()).toEqual(folders.map(({ name }) => name).sort());
});

test('a new folder has a stub for each exercise, and existing files stay', () => {
  const [first] = openFolder(folder);
  expect(readdirSync(folder)).toHaveLength(order.length + pieces.length);
  writeFileSync(first!.file, 'mine');
  expect(readFileSync(openFolder(folder)[0]!.file, 'utf8')).toBe('mine');
});

test('progress is read as it was written, and names that the course does not have are left out', () => {
  expect(readProgress(folder).size).toBe(0);
  writeProgress(folder, new Set(['elbo', 'alchemy']));
  expect([...readProgress(folder)]).toEqual(['elbo']);
  writeFileSync(join(folder, 'progress.json'), '{}');
  expect(() => readProgress(folder)).toThrow('must have a list `passed`');
});

test('answers from the page become files unless other files exist, and stay in the progress', () => {
  const [first, second] = openFolder(folder);
  writeFileSync(second!.file, 'mine');
  const answers = { reparameterize: 'from the page', 'gaussian-kl': 'from the page' };
  writeFileSync(join(folder, 'progress.json'), JSON.stringify({ passed: ['elbo'], answers }));
  openFolder(folder);
  expect([first, second].map((entry) => readFileSync(entry!.file, 'utf8'))).toEqual(['from the page', 'mine']);
  writeProgress(folder, new Set(['elbo', 'gaussian-kl']));
  expect(JSON.parse(readFileSync(join(folder, 'progress.json'), 'utf8'))).toEqual({
    passed: ['elbo', 'gaussian-kl'],
    answers,
  });
});

test('an answer is read from the progress that the page saves, and from a separate file', () => {
  const handedIn = join(folder, 'progress.json');
  const answers = { 'gaussian-kl': 'of the page', elbo: 5, '../elsewhere': 'hostile' };
  writeFileSync(handedIn, JSON.stringify({ passed: [], answers }));
  expect(readFileSync(answerFile('gaussian-kl', handedIn, folder), 'utf8')).toBe('of the page');
  // by which a training imports it
  expect(readFileSync(join(folder, '02-gaussian-kl.ts'), 'utf8')).toBe('of the page');
  expect(readFileSync(answerFile('elbo', handedIn, folder), 'utf8')).toBe('');
  expect(readdirSync(folder).sort()).toEqual(['02-gaussian-kl.ts', 'elbo.ts', 'gaussian-kl.ts', 'progress.json']);
  for (const text of ['{"a":{"disease":"blur"}}', 'null', '{', '{"answers":null}']) {
    writeFileSync(handedIn, text);
    expect(answerFile('broken-trainings', handedIn, folder)).toBe(handedIn);
  }
  expect(answerFile('elbo', 'answer.ts', folder)).toBe('answer.ts');
});

test('the screen shows the result and only the requested hints', () => {
  const entries = openFolder(folder);
  const results = [{ name: 'values', passed: false, score: 0, maxScore: 5, message: 'Wrong.', mistakes: [] }];
  const view: View = {
    entries,
    passed: new Set(['elbo']),
    at: 0,
    results,
    doesParse: true,
    picture: 'p.svg',
    hints: ['one', 'two', 'three'],
    shown: 1,
  };
  const screen = screenOf(view);
  expect(screen).toContain('1 of 43 done');
  expect(screen).toContain('fail  0 of 5  values: Wrong.');
  expect(screen).toContain('Hint 1 of 3: one');
  expect(screen).not.toContain('two');
  expect(screen).not.toContain('p.svg');
  expect(keysOf(view)).toContain('h: hint');
  expect(keysOf({ ...view, shown: 3 })).not.toContain('h: hint');
  expect(keysOf({ ...view, doesParse: false })).not.toContain('h: hint');
});

test.each([
  [['--help'], 0, 'stdout'],
  [['--hepl'], 2, 'stderr'],
] as const)('the program explains itself with %s, and leaves no folder', async (options, code, stream) => {
  const program = ['tsx', 'examples/course/main.ts', join(folder, 'new'), ...options];
  const ended = await promisify(execFile)('npx', program).catch((error: unknown) => error);
  expect(ended).toMatchObject({ [stream]: expect.stringContaining('npm run course -- [FOLDER] [--once]') as string });
  expect((ended as { readonly code?: number }).code ?? 0).toBe(code);
  expect(readdirSync(folder)).toEqual([]);
});

test('the program checks the current exercise, and continues where it stopped', async () => {
  const [first] = openFolder(folder);
  writeFileSync(first!.file, readFileSync('examples/course/solutions/reparameterize.ts'));
  const run = () => promisify(execFile)('npx', ['tsx', 'examples/course/main.ts', folder, '--once']);
  expect((await run()).stdout).toContain('All points.');
  expect(readFileSync(join(folder, 'picture.svg'), 'utf8')).toMatch(/^<svg /);
  const { stdout } = await run();
  expect(stdout).toContain('1 of 43 done');
  expect(stdout).toContain('2. gaussian-kl');
});
