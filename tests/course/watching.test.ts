import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolder } from '../../examples/course/runner/student-folder.js';

let folder = '';
let program: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watching-'));
});
afterEach(() => {
  program?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** The runner, whose keys are pressed and whose last screen is read. */
function start(command: string, args: readonly string[]) {
  const child = (program = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
  let written = '';
  child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    ended,
    press: (key: string) => void child.stdin.write(key),
    /** Waits until the screen shows a text. */
    async shows(text: string): Promise<string> {
      await expect.poll(() => written.split('\x1b[2J').at(-1), { timeout: 60_000, interval: 50 }).toContain(text);
      return written.split('\x1b[2J').at(-1)!;
    },
  };
}

const runner = (): string[] => ['--import', 'tsx', 'examples/course/main.ts', folder];
const solution = (name: string): string => readFileSync(`examples/course/solutions/${name}.ts`, 'utf8');

test('keys show one hint after another and move on, and a file is checked when it is saved', async () => {
  const [first, second] = openFolder(folder);
  const screen = start(process.execPath, runner());
  expect(await screen.shows('fail  0 of')).not.toContain('Hint');
  screen.press('h');
  expect(await screen.shows('Hint 1 of 3')).not.toContain('Hint 2 of 3');
  screen.press('h');
  screen.press('h');
  expect(await screen.shows('Hint 3 of 3')).not.toContain('h: hint');
  writeFileSync(first!.file, solution('reparameterize'));
  expect(await screen.shows('All points.')).toContain('1 of 43 done');
  screen.press('n');
  expect(await screen.shows('2. gaussian-kl')).not.toContain('Hint 1');
  await screen.shows('fail  0 of');
  // another file of the folder is not checked
  writeFileSync(first!.file, '');
  writeFileSync(second!.file, solution('gaussian-kl').replaceAll('0.5', '1'));
  await screen.shows('the factor 1/2 is missing');
  screen.press('p');
  await screen.shows('1. reparameterize');
  screen.press('q');
  expect(await screen.ended).toBe(0);
});

test.skipIf(!existsSync('/usr/bin/script'))('it takes single keys of a terminal, and Ctrl+C', async () => {
  const command = [process.execPath, ...runner()].map((word) => `'${word}'`).join(' ');
  const screen = start('/usr/bin/script', ['-qec', command, '/dev/null']);
  await screen.shows('fail  0 of');
  screen.press('h');
  await screen.shows('Hint 1 of 3');
  screen.press('\x03');
  expect(await screen.ended).toBe(0);
});
