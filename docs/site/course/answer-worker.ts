// Runs an answer in a worker as src/grading/child/program.ts does in a process: it receives its text and questions, and posts what is measured. The reference and the results stay in the page.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Question, Reading } from 'tfjs-generative/testing';
import { countData } from '../../../src/grading/child/count-data.js';
import { collectSources, withoutNumber } from '../../../src/grading/child/collect-sources.js';
import { findAnswer, loadFailure } from '../../../src/grading/child/find-answer.js';
import { measureWith } from '../../../src/testing/exercises/measure.js';
import { importAnswer, type Packages } from './answer-modules.js';

// as in src/grading/child/program.ts
Error.stackTraceLimit = 100;

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

/** Posted when the answer has been read and then once for each question, or once if it does not parse. */
export type Outcome = 'read' | { readonly reading: Reading } | { readonly problem: string };

/** Answers jobs after `ready` has settled. An answer may import TensorFlow.js and these `packages`. */
export function serve(packages: Packages, ready: Promise<unknown> = Promise.resolve()): void {
  addEventListener('message', ({ data }: MessageEvent<Job | undefined>) => {
    // replies to an empty message when it is ready
    const done = data === undefined ? ready.then(() => postMessage(undefined)) : run(data, packages);
    done.catch((error: unknown) =>
      // an error thrown here is an error of the page
      setTimeout(() => {
        throw error;
      }),
    );
  });
}

async function run({ answer: text, parts, name, questions, call }: Job, packages: Packages): Promise<void> {
  const post = (outcome: Outcome): void => postMessage(outcome);
  const sources = await collectSources(text, async (part) => {
    const found = parts[withoutNumber(part)];
    return found === undefined ? undefined : { text: found };
  });
  if ('problem' in sources) return post(sources);
  post('read');
  try {
    const count = countData();
    const modules = { '@tensorflow/tfjs-core': tf, '@tensorflow/tfjs': tf, '@tensorflow/tfjs-backend-cpu': {} };
    const exports = await importAnswer(sources, { ...modules, ...packages });
    const found = findAnswer(exports, name, sources.get('answer')!);
    for (const question of questions) {
      const reading: Reading =
        'failure' in found ? found : await measureWith(found.answer, question, call, count.start);
      // a tensor may be made after the call has ended
      await new Promise((resolve) => setTimeout(resolve));
      const late = count.left();
      post({ reading: reading.leaked !== undefined && late > reading.leaked ? { ...reading, leaked: late } : reading });
    }
  } catch (error) {
    const reading = loadFailure(error, name);
    questions.forEach(() => post({ reading }));
  }
}
