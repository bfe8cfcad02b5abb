// Runs an answer: it gets its text and questions, and posts what was measured. The reference and the verdict stay in the page.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { measureAnswer, type Question, type Reading } from 'tfjs-generative/testing';
import { compile } from '../run/compile.js';

/** What the worker is asked to do. */
export interface Job {
  readonly answer: string;
  /** The function that the answer exports. */
  readonly name: string;
  readonly questions: readonly Question[];
  /** The source of the exercise's `call`. */
  readonly call: string | undefined;
}

/** One reading for each question, or why there are none. */
export type Outcome = { readonly readings: readonly Reading[] } | { readonly problem: string };

addEventListener('message', ({ data }: MessageEvent<Job | undefined>) => {
  // asked with nothing, it says that it is there
  if (data === undefined) postMessage(undefined);
  else void run(data).then((outcome) => postMessage(outcome));
});

async function run({ answer, name, questions, call }: Job): Promise<Outcome> {
  let code: string;
  try {
    code = compile(answer);
  } catch (error) {
    return { problem: `Your answer does not parse: ${(error as Error).message}` };
  }
  try {
    const exported: Record<string, unknown> = {};
    const needed = (module: string): unknown => {
      if (/^@tensorflow\/tfjs(-core)?$/.test(module)) return tf;
      throw new Error(`There is no ${module} here, only '@tensorflow/tfjs-core'.`);
    };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const load = new Function('require', 'exports', `${code}\n//# sourceURL=answer.js`) as (
      ...given: unknown[]
    ) => void;
    load(needed, exported);
    return { readings: await measureAnswer(exported[name], questions, call) };
  } catch (error) {
    return { problem: `Loading your answer threw ${String(error)}` };
  }
}
