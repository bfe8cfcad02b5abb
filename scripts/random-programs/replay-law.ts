import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import type * as wasm from '../../src/wasm/index.js';
import { startEvaluation, type Entries } from './evaluate.js';
import type { Program } from './expression.js';
import { hear } from './heard.js';
import { partsOf, stateOf } from './laws.js';
import { leakFree } from './leak-free.js';
import { differenceOf, numbersIn, type Numbers } from './numbers.js';
import { Failure, isSentence } from './outcome.js';

/** Each shape of a batch is compared for ten steps and more before it is replayed. */
const STEPS = 48;
/** Before this step, the trainer is saved and loaded. */
const SAVED_BEFORE = 30;

/** What {@link hear} is told when the steps of a program were replayed. */
export const REPLAYED = 'replayed';

/** Training as usual and with replayed steps gives the same bits. Throws a {@link Failure}, or what the program throws. */
export async function checkReplay(entries: Entries, program: Program): Promise<void> {
  if (program.followsClock === true || !program.constants.some(([name]) => name === 'trainer')) return;
  await tf.setBackend('wasm');
  const usual = await trained(entries, program, (trainer) => trainer);
  const { replay } = entries['wasm'] as unknown as typeof wasm;
  const replayed = await trained(entries, program, replay);
  const why = differenceOf(usual, replayed, 0);
  if (why !== undefined) throw new Failure('replay', `${why} (as usual, and replayed)`);
}

/** Metrics and state of a training on wasm. */
function trained(entries: Entries, program: Program, wrap: (trainer: g.Trainer) => g.Trainer): Promise<Numbers[]> {
  return leakFree(
    () => startEvaluation(entries),
    async (evaluation) => {
      await evaluation.run(program);
      const { trainer: plain, batches } = partsOf(evaluation);
      const trainer = wrap(plain!);
      const { saveCheckpoint, loadCheckpoint } = entries['index'] as unknown as typeof g;
      const found: Numbers[] = [];
      try {
        for (let i = 0; i < STEPS; i++) {
          if (i === SAVED_BEFORE) {
            const bytes = await saveCheckpoint(trainer).catch((error: unknown) => {
              if (!isSentence(error)) throw error;
            });
            if (bytes) await loadCheckpoint(trainer, bytes);
          }
          const metrics = trainer.step(batches[i % batches.length]!);
          found.push(...(await numbersIn(metrics, `metrics of step ${i}`)));
          tf.dispose({ ...metrics });
        }
        found.push(...(await stateOf(trainer)));
        if (trainer !== plain && !isRefused(trainer)) hear(REPLAYED);
      } finally {
        trainer.dispose();
      }
      return found;
    },
  );
}

/** Whether the observer of replayed steps says that they were made as usual. */
function isRefused({ observers = [] }: g.Trainer): boolean {
  const observer = observers.find(({ name }) => name === 'replay');
  return [observer?.report?.({} as never)].flat().some((verdict) => verdict !== undefined);
}
