import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { exercise } from '../../examples/course/exercises/gaussian-kl/exercise.js';
import { gradeSubmission } from '../../src/grading/index.js';
import { processorTime } from '../../src/grading/processor-time.js';
import { watchLimits } from '../../src/grading/watch-limits.js';
import { hostileTexts } from './hostile-texts.js';
import { submissions } from './submissions.js';

const { write, left } = submissions();

describe('an answer', () => {
  // it stands for one whose processor is busy with others
  const waits = (seconds: number): string => `import * as tf from '@tensorflow/tfjs-core';
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${1000 * seconds});
export const gaussianKl = (m: tf.Tensor, l: tf.Tensor) => tf.tidy(() => tf.sum(m.square().add(l.exp()).sub(l).sub(1).mul(0.5), 1));`;

  test('loses no points where others have the processor for longer than its own time', async () => {
    const { results } = await gradeSubmission(exercise, write(waits(2.4)), { seconds: 2 });
    expect(results.map(({ message }) => message)).toEqual(['Right.', 'Right.', 'Right.', 'Right.']);
  });

  test('that sleeps is stopped before it has ten times its time', async () => {
    const { results } = await gradeSubmission(exercise, write(waits(1000)), { seconds: 2 });
    expect(results[0]!.message).toBe('It was stopped because it did nothing for 3 s: what does it wait for?');
  });

  test('is measured with numbers that are far too many in no time, and is told so', async () => {
    const text = `import * as tf from '@tensorflow/tfjs-core';\nexport const gaussianKl = () => tf.zeros([4, 300, 300]);`;
    const { results } = await gradeSubmission(exercise, write(text), { seconds: 20 });
    expect(results.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
    expect(results[0]!.message).toBe('Your answer is wrong: it returns far more numbers than it must.');
  });

  test('that throws a long path is described by its first words', async () => {
    const text = `export const gaussianKl = () => { throw new Error('/submission-a'.repeat(2 ** 18) + '/submission-'); };`;
    const { results } = await gradeSubmission(exercise, write(text), { seconds: 20 });
    expect(results[0]!.message).toMatch(/^It threw Error in line 1: \S{0,300}$/);
  });
});

test.each([
  ...['arrow functions in default values', 'casts before parentheses', 'functions and classes'].map(
    (name) => `24 ${name}`,
  ),
  'blanks after import in a comment',
  '30000 parentheses',
])('a text of %s earns nothing, and is stopped where it is read', async (name) => {
  const { results, problem } = await gradeSubmission(exercise, write(hostileTexts[name]!), { seconds: 1.5 });
  expect(results.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
  if (name.startsWith('24')) expect(problem).toBe('reading it takes too long: are expressions nested too deeply?');
  if (name.startsWith('30000')) expect(problem).toBe('it is nested too deeply');
  expect(left()).toEqual([]);
});

describe('the limits of a process', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  /** Why a program is stopped; it has a third of a second. */
  function endingOf(text: string): Promise<string> {
    child = spawn(process.execPath, ['-e', text], { stdio: 'ignore' });
    const limits = { seconds: 1 / 3, megabytes: 1000, signal: undefined };
    return new Promise((resolve) => watchLimits(child!.pid!, limits, ({ failure }) => resolve(failure)));
  }

  test('count its processor time, while it works', async () => {
    expect(await endingOf('for (;;);')).toContain('s of processor time');
  });

  test('give one that works now and then ten times as long', async () => {
    const now = 'const until = performance.now() + 4; while (performance.now() < until);';
    expect(await endingOf(`setInterval(() => { ${now} }, 100)`)).toMatch(/^It was stopped after 3\.3 s: what does/);
  });

  // `ps` writes whole seconds on Linux, and hundredths on macOS
  test.skipIf(process.platform === 'win32')('read the time of a process that waits, as it says itself', async () => {
    const work = 'const until = performance.now() + 1200; while (performance.now() < until);';
    const answer = 'const { user, system } = process.cpuUsage(); process.send((user + system) / 1e6)';
    child = spawn(process.execPath, ['-e', `${work} ${answer}; setInterval(() => {}, 1e6)`], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const [own] = (await once(child, 'message')) as [number];
    const [exact, whole] = [await processorTime(child.pid!, 'linux'), await processorTime(child.pid!, 'darwin')];
    const resolution = process.platform === 'linux' ? 1 : 0.01;
    // it answers, and starts to wait
    const rest = 0.3;
    if (process.platform === 'linux') {
      expect(exact).toBeGreaterThan(own - 0.05);
      expect(exact).toBeLessThan(own + rest);
    }
    expect(whole).toBeGreaterThan(own - resolution - 0.05);
    expect(whole).toBeLessThan(own + rest);
    for (const system of ['linux', 'darwin'] as const) expect(await processorTime(2 ** 30, system)).toBeUndefined();
  });
});
