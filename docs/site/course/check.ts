import { gradeReadings, type CheckResult, type Exercise } from 'tfjs-generative/testing';
import type { Job, Outcome } from './worker.js';

/** Seconds after which an answer is ended. */
const LONGEST = 5;

/** Checks an answer in a worker of its own, which ends with it. */
export async function check(exercise: Exercise, answer: string, hint: number): Promise<readonly CheckResult[]> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  try {
    await replyOf(worker, undefined);
    return await gradeReadings(
      exercise,
      async (questions) => {
        const { name, call } = exercise;
        const job: Job = { answer, name, questions, call: call && String(call) };
        const late = new Promise<Outcome>((resolve) =>
          setTimeout(() => resolve({ problem: `It was ended after ${LONGEST} seconds: does it end?` }), 1000 * LONGEST),
        );
        const outcome = await Promise.race([replyOf(worker, job), late]);
        return 'readings' in outcome ? outcome.readings : questions.map(() => ({ failure: outcome.problem }));
      },
      { seed: Math.floor(Math.random() * 2 ** 32), hint },
    );
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
