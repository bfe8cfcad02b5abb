import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadTask } from '../../examples/course/runner/load-task.js';
import { gradeSubmission } from '../../src/grading/index.js';
import type { CheckResult } from '../../src/testing/index.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainings-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function grade(name: string, file: string, seconds?: number): Promise<readonly CheckResult[]> {
  const { task, packages } = (await loadTask(name))!;
  return (await gradeSubmission(task, file, { seed: 3, packages, seconds })).results;
}

/** A solution with changes. */
function changed(name: string, changes: readonly (readonly [from: string, to: string])[]): string {
  let text = readFileSync(`examples/course/solutions/${name}.ts`, 'utf8');
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return text;
}

describe.each(['two-moons-vae', 'two-moons-gan', 'two-moons-diffusion'])('%s', (name) => {
  // the training of a course takes seconds; a busy machine takes a minute
  test('is solved with the functions of the solutions', async () => {
    const results = await grade(name, `examples/course/solutions/${name}.ts`, 300);
    expect(results.map(({ score }) => score)).toEqual(results.map(({ maxScore }) => maxScore));
  });

  test('earns nothing beyond the key without training', async () => {
    const solutions = resolve('examples/course/solutions');
    const text = changed(name, [[/STEPS(, BATCH.*)?\] = \[\d+/.exec(changed(name, []))![0], '$1']]);
    writeFileSync(join(folder, 'answer.ts'), text.replaceAll(`'./`, `'${solutions}/`));
    const results = await grade(name, join(folder, 'answer.ts'), 300);
    expect(results.slice(1).map(({ score }) => score)).toEqual([0, 0]);
  });
});

describe('a training’s file', () => {
  const answer = `import { gaussianKl } from './02-gaussian-kl';
export const twoMoonsVae = () => { throw new Error(String(gaussianKl)); };`;

  test('imports what the student wrote for earlier exercises, as TypeScript or JavaScript', async () => {
    writeFileSync(join(folder, 'answer.ts'), answer);
    writeFileSync(join(folder, '02-gaussian-kl.ts'), `export const gaussianKl: string = 'their own';`);
    expect((await grade('two-moons-vae', join(folder, 'answer.ts'), 60))[0]!.message).toContain('their own');
  });

  test('imports nothing else: no other files, no links, and nothing from the library', async () => {
    writeFileSync(join(folder, 'secret.ts'), `export const gaussianKl = 'a secret';`);
    symlinkSync(join(folder, 'secret.ts'), join(folder, '02-gaussian-kl.ts'));
    for (const text of [
      answer,
      answer.replace('./02-gaussian-kl', './secret.ts'),
      answer.replace('./02-gaussian-kl', 'tfjs-generative'),
    ]) {
      writeFileSync(join(folder, 'answer.ts'), text);
      const [{ message } = { message: '' }] = await grade('two-moons-vae', join(folder, 'answer.ts'), 60);
      expect(message).toMatch(/^Loading it threw/);
      expect(message).not.toContain('a secret');
    }
  });

  test('that does not parse gets the place of the error, also in a file that it imports', async () => {
    writeFileSync(join(folder, 'answer.ts'), answer);
    writeFileSync(join(folder, '02-gaussian-kl.ts'), `\nexport const = 1;`);
    const [{ message } = { message: '' }] = await grade('two-moons-vae', join(folder, 'answer.ts'), 60);
    expect(message).toMatch(/^Your answer does not parse: 02-gaussian-kl, line 2: /);
  });
});
