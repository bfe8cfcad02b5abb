import type { Piece } from 'tfjs-generative/grading';
import {
  createNumberStream,
  gradeReadings,
  type CheckResult,
  type Exercise,
  type Question,
  type Reading,
} from 'tfjs-generative/testing';
import type { Job, Outcome } from './answer-worker.js';

/** Seconds after which an answer is ended. */
const LONGEST = 5;

/**
 * Checks an answer in a worker of its own, which ends with it. `parts` are answers to other exercises by name: a training may import
 * them.
 */
export async function check(
  task: Exercise | Piece,
  answer: string,
  parts: Readonly<Record<string, string>>,
): Promise<readonly CheckResult[]> {
  const seed = Math.floor(Math.random() * 2 ** 32);
  if ('reference' in task) {
    const ask = (questions: readonly Question[]) => askWorker(task, { answer, parts: {} }, questions, LONGEST);
    return gradeReadings(task, ask, { seed });
  }
  return task.grade({
    text: answer,
    ask: (questions) => askWorker(task, { answer, parts }, questions, task.seconds ?? LONGEST),
    random: (name) => createNumberStream(seed, name),
  });
}

async function askWorker(
  { name, call, ...task }: Exercise | Piece,
  given: Pick<Job, 'answer' | 'parts'>,
  questions: readonly Question[],
  seconds: number,
): Promise<readonly Reading[]> {
  const worker =
    'reference' in task
      ? new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' });
  try {
    await replyOf(worker, undefined);
    const late = new Promise<Outcome>((resolve) =>
      setTimeout(() => resolve({ problem: `It was ended after ${seconds} seconds: does it end?` }), 1000 * seconds),
    );
    const job: Job = { ...given, name, questions, call: call && String(call) };
    const outcome = await Promise.race([replyOf(worker, job), late]);
    return 'readings' in outcome ? outcome.readings : questions.map(() => ({ failure: outcome.problem }));
  } finally {
    worker.terminate();
  }
}

function replyOf(worker: Worker, job: Job | undefined): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Outcome>) => resolve(data), { once: true });
    worker.addEventListener('error', ({ message }) => reject(new Error(message || 'The worker could not be loaded.')));
    worker.postMessage(job);
  });
}
