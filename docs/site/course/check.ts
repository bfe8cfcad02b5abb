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

/** Seconds after which an answer is stopped. */
const MAX_SECONDS = 5;

/**
 * Checks an answer in its own worker, which is terminated afterwards. `parts` are answers to other exercises by name: a training may import
 * them. As in `gradeSubmission`, an answer that gives numbers and misses a point is checked once more, with other inputs.
 */
export async function check(
  task: Exercise | Piece,
  answer: string,
  parts: Readonly<Record<string, string>>,
): Promise<readonly CheckResult[]> {
  let answered = false;
  let failed = false;
  const ask = async (questions: readonly Question[]): Promise<readonly Reading[]> => {
    const isPiece = 'grade' in task;
    const seconds = (isPiece ? task.seconds : undefined) ?? MAX_SECONDS;
    const readings = await askWorker(task, { answer, parts: isPiece ? parts : {} }, questions, seconds);
    answered = true;
    failed ||= readings.some(({ failure }) => failure !== undefined);
    return readings;
  };
  const draw = async (): Promise<readonly CheckResult[]> => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    if ('reference' in task) return gradeReadings(task, ask, { seed });
    return task.grade({ text: answer, ask, random: (name) => createNumberStream(seed, name) });
  };
  const isRight = (results: readonly CheckResult[]): boolean => results.every(({ passed }) => passed);
  const results = await draw();
  if (isRight(results) || failed || !answered) return results;
  const again = await draw();
  return isRight(again) ? again : results;
}

async function askWorker(
  { name, call, ...task }: Exercise | Piece,
  code: Pick<Job, 'answer' | 'parts'>,
  questions: readonly Question[],
  seconds: number,
): Promise<readonly Reading[]> {
  const worker =
    'reference' in task
      ? new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' });
  try {
    await replyOf(worker, undefined);
    const timeout = new Promise<Outcome>((resolve) =>
      setTimeout(() => resolve({ problem: `It was stopped after ${seconds} seconds: does it end?` }), 1000 * seconds),
    );
    const job: Job = { ...code, name, questions, call: call && String(call) };
    const outcome = await Promise.race([replyOf(worker, job), timeout]);
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
