// Runs an answer in a worker, which receives its text and questions, and posts the measured numbers. The reference and the results stay in the page.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { measureAnswer, type Question, type Reading } from 'tfjs-generative/testing';
import { compile } from '../run/compile.js';

/** A job for the worker. */
export interface Job {
  readonly answer: string;
  /** Answers to other exercises, which it may import, by the names of the exercises. */
  readonly parts: Readonly<Record<string, string>>;
  /** The function that the answer exports. */
  readonly name: string;
  readonly questions: readonly Question[];
  /** The source of the exercise's `call`. */
  readonly call: string | undefined;
}

/** One reading for each question, or the reason why there are none. */
export type Outcome = { readonly readings: readonly Reading[] } | { readonly problem: string };

/** Answers jobs after `ready` has settled. An answer may import TensorFlow.js and these `packages`. */
export function serve(packages: Readonly<Record<string, unknown>>, ready: Promise<unknown> = Promise.resolve()): void {
  addEventListener('message', ({ data }: MessageEvent<Job | undefined>) => {
    // replies to an empty message when it is ready
    const reply = data === undefined ? ready.then(() => undefined) : run(data, packages);
    reply.then(
      (outcome) => postMessage(outcome),
      (error: unknown) =>
        // an error thrown here is an error of the page
        setTimeout(() => {
          throw error;
        }),
    );
  });
}

/** The exports of a module. */
type Exported = Readonly<Record<string, unknown>>;

async function run(job: Job, packages: Readonly<Record<string, unknown>>): Promise<Outcome> {
  const loaded = new Map<string, Exported>();
  const load = (text: string, source: string): Exported => {
    const exported: Record<string, unknown> = {};
    const code = scriptOf(text, source);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const body = new Function('require', 'exports', `${code}\n//# sourceURL=${source}.js`) as (
      ...given: unknown[]
    ) => void;
    body(needed, exported);
    return exported;
  };
  const needed = (module: string): unknown => {
    if (/^@tensorflow\/tfjs(-core)?$/.test(module)) return tf;
    if (Object.hasOwn(packages, module)) return packages[module];
    const part = /^\.\/(?:\d\d-)?([\w-]+?)(?:\.[jt]s)?$/.exec(module)?.[1];
    if (part === undefined || !Object.hasOwn(job.parts, part))
      throw new Error(`There is no ${module} here, only '@tensorflow/tfjs-core' and what the page names.`);
    if (!loaded.has(part)) loaded.set(part, load(job.parts[part]!, part));
    return loaded.get(part);
  };
  try {
    const { name, questions, call } = job;
    const answer = load(job.answer, 'answer')[name];
    return { readings: await measureAnswer(answer, questions, call) };
  } catch (error) {
    return { problem: error instanceof Unreadable ? error.message : `Loading your answer threw ${String(error)}` };
  }
}

/** A text that does not parse; the message is a sentence for the student. */
class Unreadable extends Error {}

function scriptOf(text: string, source: string): string {
  try {
    return compile(text);
  } catch (error) {
    const whose = source === 'answer' ? 'answer' : `answer to ${source}`;
    throw new Unreadable(`Your ${whose} does not parse: ${(error as Error).message}`);
  }
}
