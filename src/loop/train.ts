import type { Tensor } from '@tensorflow/tfjs-core';
import { isOurs, outOfRange, sentence } from '../tensor/errors.js';
import { free, gpuLossOr } from '../tensor/lost-backend.js';
import { readBatch, type Batch } from '../training/data/batch.js';
import { disposeRead, startPass, type DataSource, type Pass } from '../training/data/data-source.js';
import { jsonFields, type Json } from '../training/json.js';
import { nextTask, workedFor } from '../training/next-task.js';
import type { RunContext } from '../training/observer.js';
import { FRAME } from '../training/pause.js';
import type { Metrics, Trainer } from '../training/trainer/trainer.js';
import { runVerdicts } from '../verdicts/run-verdicts.js';
import { claimTrainer, alreadyTraining } from './claim-trainer.js';
import { checkHasBatches, evaluateOnce } from './evaluate-all.js';
import { createNewVerdicts, type NewVerdicts } from './new-verdicts.js';
import { joinObservers, type Observers } from './observers.js';
import { reportOf, type Report } from './report.js';
import { createTally } from './tally.js';
import { readTrainOptions, trainRules, type TrainOptions } from './train-options.js';

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
export async function* train<N extends string>(
  trainer: Trainer<N>,
  data: DataSource,
  options: TrainOptions,
): AsyncGenerator<Report<N>, void, undefined> {
  const where = 'train';
  yield* run(trainer, data, readTrainOptions(where, { trainer, data }, options, trainRules), { caller: where });
}

/** The progress of a call: updates, epochs, and seconds since it began. */
export interface Progress {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
}

/** The arguments of {@link run} in addition to the options of {@link train}. */
export interface RunHooks {
  /** The function that the user called; errors begin with it. */
  readonly caller: string;
  /** Called immediately after each update. */
  readonly onUpdate?: ((at: Progress) => void) | undefined;
  /** Called after each update, when it could be saved. */
  readonly afterUpdate?: (() => void) | undefined;
  /** The progress of an earlier call that was ended early: counts continue from there, and `epochs` and `steps` include it. */
  readonly from?: Progress | undefined;
  /** The update, counted from 1, after which the call ends, even if `epochs` or `steps` is larger. */
  readonly until?: number | undefined;
  /** The players that are updated, as in the options of {@link Trainer.step}. */
  readonly players?: readonly string[] | undefined;
  /** The data as observers should see them, if they are wrapped. */
  readonly source?: { readonly data: DataSource; readonly cursor: () => Json | undefined } | undefined;
  /** Decides which verdicts are new; pass that of an earlier call that was ended early. */
  readonly newVerdicts?: NewVerdicts | undefined;
  /** Whether the caller has already claimed the trainer for this run. */
  readonly isClaimed?: boolean | undefined;
}

/** {@link train} with options that have been read, from the start or continuing an earlier call. */
export async function* run<N extends string>(
  trainer: Trainer<N>,
  data: DataSource,
  options: TrainOptions,
  hooks: RunHooks,
): AsyncGenerator<Report<N>, void, undefined> {
  const release = hooks.isClaimed ? undefined : claim(hooks.caller, trainer);
  try {
    if (options.validation !== undefined) await checkHasBatches(hooks.caller, options.validation);
    yield* runClaimed(trainer, data, options, hooks);
  } finally {
    release?.();
  }
}

async function* runClaimed<N extends string>(
  trainer: Trainer<N>,
  data: DataSource,
  options: TrainOptions,
  hooks: RunHooks,
): AsyncGenerator<Report<N>, void, undefined> {
  const { epochs = Infinity, steps = Infinity, validation, signal, observers: passed = [] } = options;
  const { reportEvery, yieldEvery = 1 } = options;
  const { caller, onUpdate, afterUpdate, until = Infinity, players, newVerdicts = createNewVerdicts() } = hooks;
  const { from = { step: 0, epoch: 0, seconds: 0 }, source = { data, cursor: cursorOf(data) } } = hooks;
  const seconds = clockFrom(from.seconds);
  let { step, epoch } = from;
  const observers = joinObservers(caller, [...(trainer.observers ?? []), runVerdicts(), ...passed]);
  const evaluate = evaluateOnce(trainer, validation, signal, () => step);
  const at = contextOf({ caller, trainer, validation, observers: passed, evaluate }, source, () => ({ step, epoch }));
  const update = (metrics: Readonly<Record<N, number>>): Promise<void> => observers.update(metrics, at);
  const tally = await createTally<N>(trainer, { onMetrics: observers.readsUpdates ? update : undefined });
  const shouldContinue = (): boolean =>
    step < Math.min(steps, until) && !signal?.aborted && observers.reason === undefined;
  const parts = { run: at, tally, observers, newVerdicts, evaluate };
  const report = async (): Promise<Report<N>> => ({ ...(await reportOf(parts)), seconds: seconds() });

  let pass: Pass | undefined;
  try {
    await observers.begin(at);
    while (epoch < epochs && shouldContinue()) {
      epoch++;
      pass = await startPass(data);
      const [stepsBefore, placeBefore] = [step, at.place()];
      let ended = false;
      while (shouldContinue()) {
        const { done, value } = await pass.next(signal);
        if ((ended = done === true)) break;
        let ready = value as Batch;
        try {
          // others may have used up the turn in which a run begins, or its data arrive
          if (step % yieldEvery === 0 && workedFor() >= FRAME && (await nextTask(signal), signal?.aborted)) break;
          if (trainer.prepare) ready = await trainer.prepare(ready, trainer.steps ?? step);
          const metrics = stepOf({ caller, trainer, step: step + 1, observers }, ready, players);
          step++;
          pass.used();
          onUpdate?.({ step, epoch, seconds: seconds() });
          await tally.add(metrics);
          afterUpdate?.();
        } finally {
          disposeRead(data, value, ready);
        }
        if (reportEvery !== undefined && step % reportEvery === 0) yield await report();
        if (step % yieldEvery === 0) await nextTask(signal);
      }
      await pass.leave();
      pass = undefined;
      if (ended && step === stepsBefore && !signal?.aborted)
        throw new Error(endedEarly(caller, { step, steps, epochs, epoch }));
      await tally.fetch();
      if (!signal?.aborted && isEpochEnd(at.place(), placeBefore, ended)) await observers.epoch(at);
      if (reportEvery === undefined && tally.count > 0) yield await report();
    }
    if (tally.count > 0) yield await report();
  } catch (error) {
    throw await gpuLossOr(caller, error);
  } finally {
    tally.dispose();
    // what was looked at before an error is known all the same, unless the backend is gone
    await observers.fetch().catch(() => undefined);
    await observers.end();
    await pass?.leave();
  }
}

function cursorOf(data: DataSource): () => Json | undefined {
  const { state } = data as { state?: () => Json };
  return () => (typeof state === 'function' ? state() : undefined);
}

/** The state of a run for observers, with its current counts. */
function contextOf(
  fixed: Pick<RunContext, 'caller' | 'trainer' | 'validation' | 'observers' | 'evaluate'>,
  { data, cursor }: NonNullable<RunHooks['source']>,
  counts: () => Pick<RunContext, 'step' | 'epoch'>,
): RunContext {
  return {
    ...fixed,
    data,
    get step() {
      return counts().step;
    },
    get epoch() {
      return counts().epoch;
    },
    place: () => placeAt(cursor()),
  };
}

/** Whether a pass has ended an epoch, by the places before and after it, if the source has places. */
function isEpochEnd(place: ReturnType<RunContext['place']>, before: typeof place, ended: boolean): boolean {
  return place === undefined ? ended : place.position === 0 && place.epoch !== before?.epoch;
}

/** The position of a source that counts its epochs. */
function placeAt(cursor: Json | undefined): ReturnType<RunContext['place']> {
  const { epoch, position } = jsonFields(cursor) ?? {};
  return typeof epoch === 'number' && typeof position === 'number' ? { epoch, position } : undefined;
}

/**
 * Makes one step; throws if `trainer.steps` does not change, since reports and checkpoints would be wrong. An error of ours says which step
 * it was.
 */
function stepOf<N extends string>(
  { caller, trainer, step, observers }: StepPlace<N>,
  batch: Batch,
  players: readonly string[] | undefined,
): Metrics<N> {
  try {
    readBatch('train', batch);
    const before = trainer.steps;
    const { look, endStep } = observers;
    const metrics = trainer.step(batch, { ...(players && { players }), ...(look && { look }) });
    endStep();
    if (before === undefined || trainer.steps !== before) return metrics;
    free(Object.values<Tensor>(metrics));
    const fix = 'Make it a getter, or leave it out.';
    throw outOfRange('train', 'trainer.steps', 'must increase with each step', { got: before, fix });
  } catch (error) {
    if (isOurs(error)) error.message += ` This was step ${step} of ${caller}.`;
    throw error;
  }
}

/** Which step of which run is made. */
interface StepPlace<N extends string> extends Pick<RunContext, 'caller' | 'step'> {
  readonly trainer: Trainer<N>;
  readonly observers: Observers;
}

/** A clock that counts seconds, starting from this value. */
function clockFrom(seconds: number): () => number {
  const now = () => performance.now();
  const began = now() - 1000 * seconds;
  // a clock may go back
  return () => Math.max(0, now() - began) / 1000;
}

function claim(caller: string, trainer: Trainer): () => void {
  const release = claimTrainer(trainer);
  if (release !== undefined) return release;
  throw alreadyTraining(caller, 'Finish or leave the other one first: break its loop, or await its `return()`.');
}

function endedEarly(
  caller: string,
  { step, steps, epochs, epoch }: Readonly<Record<'step' | 'steps' | 'epochs' | 'epoch', number>>,
): string {
  const wanted = Number.isFinite(steps) ? `${steps} updates` : `${epochs} epochs`;
  const seen = `${step} updates, and no batch in epoch ${epoch}`;
  return sentence(caller, 'data', `must give batches for ${wanted}`, { seen });
}
