import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exercise } from '../../examples/course/exercises/gaussian-kl/exercise.js';
import { gradeToFile } from '../../src/grading/index.js';
import { formats } from './schemas.js';

/** A folder for the submissions of a file of tests, which are graded there. */
interface Submissions {
  readonly folder: string;
  /** Writes a submission; returns its path. */
  write(text: string, ending?: string): string;
  /** Processes that run in a folder of a submission, by id, and those of a command. */
  left(command?: RegExp): number[];
}

/** Makes the folder, and removes it after the tests of the file that calls this. */
export function submissions(): Submissions {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'grading-test-'));
  const outer = process.env['TMPDIR'];

  beforeAll(() => {
    process.env['TMPDIR'] = folder;
    // for the user that submissions run as
    chmodSync(folder, 0o755);
  });

  afterAll(() => {
    if (outer === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = outer;
    rmSync(folder, { recursive: true });
  });

  let files = 0;
  return {
    folder,
    write(text, ending = 'ts') {
      const file = join(folder, `${files++}.${ending}`);
      writeFileSync(file, text.replaceAll('ROOT', resolve('.')));
      return file;
    },
    left(command) {
      const pids = readdirSync('/proc').filter((name) => {
        try {
          const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
          return /^\d+$/.test(name) && (line.includes(`${folder}/submission-`) || command?.test(line) === true);
        } catch {
          return false;
        }
      });
      return pids.map(Number);
    },
  };
}

/** Tests that submissions get no point, leave valid files and no process, nor one of a command that they start. */
export function gradeHostile(
  { folder, write, left }: Submissions,
  texts: Readonly<Record<string, string>>,
  command?: RegExp,
): void {
  const names = ['gradescope', 'prairieLearn', 'classroom50', 'junit'] as const;

  test.each(Object.entries(texts).map(([name, text], i) => ({ name, text, format: names[i % names.length]! })))(
    'a hostile submission gets no point, leaves a valid file and no process: $name',
    async ({ text, format: name }) => {
      const { format, obeys } = formats[name]!;
      const out = join(folder, 'results');
      // one that never ends is stopped by then; the others take half a second
      const { results } = await gradeToFile(exercise, write(text), out, format, { seconds: 1.5, megabytes: 600 });
      expect(results.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
      obeys(readFileSync(out, 'utf8'));
      expect(left(command)).toEqual([]);
      expect(readdirSync(folder).filter((file) => file.startsWith('submission-'))).toEqual([]);
    },
  );
}
