import { isOurs, sentence } from '../../tensor/errors.js';
import { free, orGpuLost } from '../../tensor/lost-backend.js';
import { disposeBatch, readBatch, type Batch } from '../data/batch.js';
import { isOwnedByReader, startPass, type DataSource, type Pass } from '../data/data-source.js';
import type { EpochPlace } from '../epoch-rules.js';
import type { Metrics, Trainer } from '../trainer/trainer.js';
import type { Tensor } from '@tensorflow/tfjs-core';
import { claimTrainer, trainedAlready } from './claim-trainer.js';
import { lookAt } from './judge-data.js';
import { checkHasBatches, evaluateOnce } from './evaluate-all.js';
import { nextTask } from '../next-task.js';
import { reportOf, type Report } from './report.js';
import { createTally } from './tally.js';
import { checkTrainOptions, type TrainOptions } from './train-options.js';

/**
 * Trains, and reports as it goes: an async generator over {@link Trainer.step}.
 *
 * @param trainer - from createVaeTrainer or one of your own
 * @param data - batches; those of iterables, functions and datasets are disposed after their update, the elements of an
 *   array never are
 * @param options - see {@link TrainOptions}
 * @returns reports; leaving the loop early ends the run, and a further call goes on in the middle of the epoch if the data are those of
 *   {@link batches}. A batch whose update throws is the next one then: a run that goes on after an error, or from a checkpoint saved where
 *   it is caught, is bit for bit the run without it
 * @throws TypeError or RangeError before the first update if an argument is wrong; Error if another run of the same trainer is under
 *   way, or if data end too early
 * @example
 * ```ts
 * for await (const report of train(trainer, batches(images, { batchSize: 128, random }), { epochs: 10 })) {
 *   console.log(report.epoch, report.metrics.loss);
 * }
 * ```
 */
export async function* train<N extends string, K extends string = string>(
  trainer: Trainer<N, K>,
  data: DataSource,
  options: TrainOptions<K>,
): AsyncGenerator<Report<N, K>, void, undefined> {
  yield* run(trainer, data, options);
}

/** How far a call has come: updates, epochs, and seconds since it began. */
export interface Progress {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
}

/** What {@link run} takes beside the options of {@link train}. */
export interface RunHooks<N extends string> {
  /** Called at once when an update was made. */
  readonly onUpdate?: ((at: Progress) => void) | undefined;
  /** Called after each update with its metrics, which it does not dispose. */
  readonly afterStep?:
    ((at: Omit<Progress, 'seconds'> & { readonly metrics: Metrics<N> }) => Promise<void>) | undefined;
  /** What a call that was ended early has behind it: counts go on from there, and `epochs` and `steps` contain them. */
  readonly from?: Progress | undefined;
  /** What the rules of epochs are to take for the data, where these are wrapped. */
  readonly source?: Pick<EpochPlace, 'data' | 'cursor'> | undefined;
  /** Whether the caller has claimed the trainer for this run. */
  readonly isClaimed?: boolean | undefined;
}

/** {@link train}, with a call after each update, from the start or from where an earlier call ended. */
export async function* run<N extends string, K extends string>(
  trainer: Trainer<N, K>,
  data: DataSource,
  options: TrainOptions<K>,
  hooks: RunHooks<N> = {},
): AsyncGenerator<Report<N, K>, void, undefined> {
  checkTrainOptions(trainer, data, options);
  const release = hooks.isClaimed ? undefined : claim(trainer);
  try {
    if (options.validation !== undefined) await checkHasBatches('train', options.validation);
    yield* runClaimed(trainer, data, options, hooks);
  } finally {
    release?.();
  }
}

async function* runClaimed<N extends string, K extends string>(
  trainer: Trainer<N, K>,
  data: DataSource,
  options: TrainOptions<K>,
  { onUpdate, afterStep, from = { step: 0, epoch: 0, seconds: 0 }, source }: RunHooks<N>,
): AsyncGenerator<Report<N, K>, void, undefined> {
  const { epochs = Infinity, steps = Infinity, validation, signal, stopOn, reportEvery, yieldEvery = 1 } = options;
  const { rules } = options;
  const now = options.now ?? (() => performance.now());
  const began = now() - 1000 * from.seconds;
  const seconds = (): number => (now() - began) / 1000;
  const tally = await createTally<N>(trainer, rules);
  let { step, epoch } = from;
  let stopped = false;
  let look: Tensor | undefined;
  const goesOn = (): boolean => step < steps && !signal?.aborted && !stopped && rules?.reason === undefined;

  const evaluation = evaluateOnce(trainer, validation, signal);
  const evaluate = () => evaluation(step);
  const place: EpochPlace = { data, ...source, trainer, validation, evaluate };

  const report = async (): Promise<Report<N, K>> => {
    const made = await reportOf(trainer, { tally, look, evaluate, reportEvery }, { step, epoch });
    stopped = stopOn !== undefined && made.verdicts.some((verdict) => stopOn(verdict));
    return { ...made, seconds: seconds() };
  };

  let pass: Pass | undefined;
  try {
    await rules?.begin(place);
    while (epoch < epochs && goesOn()) {
      epoch++;
      pass = await startPass(data);
      const stepsBefore = step;
      let ended = false;
      while (goesOn()) {
        const { done, value } = await pass.next(signal);
        ended = done === true;
        if (ended) break;
        const batch = value as Batch;
        try {
          const metrics = inStep(step + 1, () => {
            const { x } = readBatch('train', batch);
            if (step === 0) look = lookAt(trainer.accepts, x);
            return trainer.step(batch);
          });
          step++;
          pass.used();
          onUpdate?.({ step, epoch, seconds: seconds() });
          await tally.add(metrics, afterStep && (() => afterStep({ step, epoch, metrics })));
        } finally {
          if (isOwnedByReader(data)) disposeBatch(batch);
        }
        if (reportEvery !== undefined && step % reportEvery === 0) yield await report();
        if (step % yieldEvery === 0) await nextTask();
      }
      await pass.leave();
      pass = undefined;
      if (ended && step === stepsBefore && !signal?.aborted) throw new Error(endedEarly(step, steps, epochs, epoch));
      await tally.fetch();
      if (!signal?.aborted) await rules?.end(place, ended);
      if (reportEvery === undefined && tally.count > 0) yield await report();
    }
    if (tally.count > 0) yield await report();
  } catch (error) {
    throw await orGpuLost('train', error);
  } finally {
    free(look ? [look] : []);
    tally.dispose();
    rules?.leave?.();
    await pass?.leave();
  }
}

/** The work of one update; an error of ours is told which it was. */
function inStep<T>(step: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isOurs(error)) error.message += ` This was step ${step} of train.`;
    throw error;
  }
}

function claim(trainer: Trainer): () => void {
  const release = claimTrainer(trainer);
  if (release !== undefined) return release;
  throw trainedAlready('train', 'Finish or leave the other one first: break its loop, or await its `return()`.');
}

function endedEarly(step: number, steps: number, epochs: number, epoch: number): string {
  const wanted = Number.isFinite(steps) ? `${steps} updates` : `${epochs} epochs`;
  const seen = `${step} updates, and no batch in epoch ${epoch}`;
  return sentence('train', 'data', `must give batches for ${wanted}`, { seen });
}
