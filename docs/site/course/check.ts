import type { Piece } from 'tfjs-generative/grading';
import {
  createNumberStream,
  gradeReadings,
  type CheckResult,
  type Exercise,
  type Question,
  type Reading,
} from 'tfjs-generative/testing';
import { redact, takesTooLong, timeIsUp } from '../../../src/grading/failures.js';
import { gradeTwice, type Graded } from '../../../src/grading/grade-twice.js';
import type { Job, Outcome } from './answer-worker.js';

/** Seconds after which an answer is stopped. */
const MAX_SECONDS = 5;

/**
 * Checks an answer in its own worker, which is terminated afterwards, with the points and the sentences of `gradeSubmission`. `parts` are
 * answers to other exercises by name: a training may import them.
 */
export async function check(
  task: Exercise | Piece,
  answer: string,
  parts: Readonly<Record<string, string>>,
): Promise<Graded> {
  const isPiece = 'grade' in task;
  const seconds = (isPiece ? task.seconds : undefined) ?? MAX_SECONDS;
  return gradeTwice(
    Math.floor(Math.random() * 2 ** 32),
    (questions) => askWorker(task, { answer, parts: isPiece ? parts : {} }, questions, seconds),
    ({ seed, ask }): Promise<readonly CheckResult[]> =>
      isPiece
        ? task.grade({ text: answer, ask, random: (name) => createNumberStream(seed, name) })
        : gradeReadings(task, ask, { seed }),
  );
}

async function askWorker(
  { name, call, ...task }: Exercise | Piece,
  code: Pick<Job, 'answer' | 'parts'>,
  questions: readonly Question[],
  seconds: number,
): Promise<readonly Reading[] | { readonly problem: string }> {
  const worker =
    'reference' in task
      ? new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' });
  try {
    await started(worker);
    const readings: Reading[] = [];
    const job: Job = { ...code, name, questions, call: call && String(call) };
    let isRead = false;
    const problem = await new Promise<string | undefined>((resolve, reject) => {
      // by the clock, since a page does not know the processor time of a worker
      setTimeout(() => resolve(isRead ? undefined : takesTooLong), 1000 * seconds);
      worker.addEventListener('error', (event) => reject(errorOf(event)));
      worker.addEventListener('message', ({ data }: MessageEvent<Outcome>) => {
        if (data === 'read') isRead = true;
        else if ('problem' in data) resolve(data.problem);
        else if (readings.push(data.reading) === questions.length) resolve(undefined);
      });
      worker.postMessage(job);
    });
    if (problem !== undefined) return { problem };
    return questions.map((_, i) => readable(readings[i] ?? { failure: timeIsUp(seconds) }));
  } finally {
    worker.terminate();
  }
}

/** A reading without the numbers of the inputs, which an answer could throw. */
function readable({ failure, ...reading }: Reading): Reading {
  return failure === undefined ? reading : { ...reading, failure: redact(failure) };
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', () => resolve(), { once: true });
    worker.addEventListener('error', (event) => reject(errorOf(event)));
    worker.postMessage(undefined);
  });
}

function errorOf({ message }: ErrorEvent): Error {
  return new Error(message || 'The worker could not be loaded.');
}
