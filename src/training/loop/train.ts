import { isOurs, outOfRange, sentence } from '../../tensor/errors.js';
import { free, gpuLossOr } from '../../tensor/lost-backend.js';
import { readBatch, type Batch } from '../data/batch.js';
import { disposeRead, startPass, type DataSource, type Pass } from '../data/data-source.js';
import type { EpochContext } from '../epoch-contract.js';
import type { Metrics, Trainer } from '../trainer/trainer.js';
import type { Tensor } from '@tensorflow/tfjs-core';
import { claimTrainer, trainedAlready } from './claim-trainer.js';
import { lookAt } from './judge-data.js';
import { checkHasBatches, evaluateOnce } from './evaluate-all.js';
import { nextTask } from '../next-task.js';
import { createNewVerdicts, type NewVerdicts } from './new-verdicts.js';
import { reportOf, type Report } from './report.js';
import { createTally } from './tally.js';
import { checkTrainOptions, type TrainOptions } from './train-options.js';

/**
 * Trains, and reports as it goes: an async generator over {@link Trainer.step}.
 *
 * @param trainer - the result of createVaeTrainer, or a trainer of your own
 * @param data - batches; those from iterables, functions and datasets are disposed after their update, the elements of an
 *   array never are
 * @param options - see {@link TrainOptions}
 * @returns reports. Leaving the loop early ends the run; if the data come from {@link batches}, a further call continues in the
 *   middle of the epoch. If the update of a batch throws, that batch is the next one: a run that continues after an error, or from a
 *   checkpoint saved in the catch block, is bit for bit the run without the error
 * @throws TypeError or RangeError before the first update if an argument is wrong; Error if another run is using the same
 *   trainer, or if the data end too early
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

/** The progress of a call: updates, epochs, and seconds since it began. */
export interface Progress {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
}

/** What {@link run} takes besides the options of {@link train}. */
export interface RunHooks<N extends string> {
  /** Called immediately after each update. */
  readonly onUpdate?: ((at: Progress) => void) | undefined;
  /** Called after each update with its metrics, which it must not dispose. */
  readonly afterStep?:
    ((at: Omit<Progress, 'seconds'> & { readonly metrics: Metrics<N> }) => Promise<void>) | undefined;
  /** The progress of an earlier call that was ended early: counts continue from there, and `epochs` and `steps` include it. */
  readonly from?: Progress | undefined;
  /** The update, counted from 1, after which the call ends although `epochs` or `steps` leave more to do. */
  readonly until?: number | undefined;
  /** The players that each update is for, as in the options of {@link Trainer.step}. */
  readonly players?: readonly string[] | undefined;
  /** The data as the epoch rules should see them, if they are wrapped. */
  readonly source?: Pick<EpochContext, 'data' | 'cursor'> | undefined;
  /** Which verdicts are new; it remembers those of an earlier call that was ended early. */
  readonly newVerdicts?: NewVerdicts | undefined;
  /** Whether the caller has already claimed the trainer for this run. */
  readonly isClaimed?: boolean | undefined;
}

/** {@link train} with a call after each update, from the start or continuing an earlier call. */
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
  hooks: RunHooks<N>,
): AsyncGenerator<Report<N, K>, void, undefined> {
  const { epochs = Infinity, steps = Infinity, validation, signal, stopOn, rules, reportEvery } = options;
  const { onUpdate, afterStep, from = { step: 0, epoch: 0, seconds: 0 }, until = Infinity } = hooks;
  const { players, source, newVerdicts = createNewVerdicts() } = hooks;
  const seconds = clockFrom(from.seconds);
  const tally = await createTally<N>(trainer, rules);
  let { step, epoch } = from;
  let [stopped, look]: [boolean, Tensor | undefined] = [false, undefined];
  const goesOn = (): boolean =>
    step < Math.min(steps, until) && !signal?.aborted && !stopped && rules?.reason === undefined;
  const evaluate = evaluateOnce(trainer, validation, signal, () => step);
  const place: EpochContext = { data, ...source, trainer, validation, evaluate };

  const report = async (): Promise<Report<N, K>> => {
    const made = await reportOf(trainer, { tally, look, evaluate, reportEvery, newVerdicts }, { step, epoch });
    stopped = stopOn !== undefined && (made.standing ?? []).some((verdict) => stopOn(verdict));
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
            return stepOf(trainer, batch, players);
          });
          step++;
          pass.used();
          onUpdate?.({ step, epoch, seconds: seconds() });
          await tally.add(metrics, afterStep && (() => afterStep({ step, epoch, metrics })));
        } finally {
          disposeRead(data, batch);
        }
        if (reportEvery !== undefined && step % reportEvery === 0) yield await report();
        if (step % (options.yieldEvery ?? 1) === 0) await nextTask(signal);
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
    throw await gpuLossOr('train', error);
  } finally {
    free(look ? [look] : []);
    tally.dispose();
    rules?.leave?.();
    await pass?.leave();
  }
}

/** One step; throws if the trainer's clock stands still, since its reports and checkpoints would be wrong. */
function stepOf<N extends string>(
  trainer: Trainer<N>,
  batch: Batch,
  players: readonly string[] | undefined,
): Metrics<N> {
  const before = trainer.steps;
  const metrics = trainer.step(batch, players && { players });
  if (before === undefined || trainer.steps !== before) return metrics;
  free(Object.values<Tensor>(metrics));
  const fix = 'Make it a getter, or leave it out.';
  throw outOfRange('train', 'trainer.steps', 'must count each step', { got: before, fix });
}

/** A clock that counts seconds, starting from this value. */
function clockFrom(seconds: number): () => number {
  const began = performance.now() - 1000 * seconds;
  // the user's clock may be set back
  return () => Math.max(0, performance.now() - began) / 1000;
}

/** Runs the work of one update; an error of ours says which update it was. */
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
