import type { DataSource } from '../training/data/data-source.js';
import { claimTrainer, alreadyTraining } from '../loop/claim-trainer.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { createTraining } from './training.js';
import { createRecord } from './create-record.js';
import { followCalls, waitForEnd } from './own-calls.js';
import { readRunOptions, type RunOptions } from './run-options.js';
import { describeError, type RunSnapshot } from './snapshot.js';
import { startError, type StartOptions } from './start-options.js';

/** Training that can be started, stopped and watched. None of its functions uses `this`, so you can pass them around. */
export interface Run<N extends string = string> {
  /** The current state of the run: the same frozen object until something changes. */
  snapshot(): RunSnapshot<N>;
  /**
   * Calls the listener with the snapshot: at once, and whenever it changes, which is at each start, report and end, and
   * every `progressEvery` updates. Listeners are called in order, and training does not wait for them. An error
   * of a listener affects neither the run nor other listeners; the platform reports it as an uncaught error.
   *
   * @returns a function that ends the subscription; it may be called anywhere, even inside a listener
   */
  subscribe(listener: (snapshot: RunSnapshot<N>) => void): () => void;
  /**
   * Starts the run, or continues it after a stop or a failure: to its end, or for `steps` more updates, after which it is stopped with
   * a last report, or finished if these were its last. With `players`, only these players of a game are updated. While it is running,
   * another call changes nothing, whatever its options, and waits for the same end; see `stop` for functions that the run waits for. Once it is
   * finished, a call does nothing.
   *
   * @param options - see {@link StartOptions}; none by default. An event handler is `() => run.start()`, because an event is rejected
   * @returns the last snapshot, once the run has finished or stopped; rejects with the error that ends it, if another run
   *   is training the same trainer, or if an option is wrong
   */
  start(options?: StartOptions): Promise<RunSnapshot<N>>;
  /**
   * Ends the run after the current update, with a last report if there were updates since the previous one.
   *
   * @returns the snapshot, once the run is at rest; never rejects. A function that the run waits for, such as `onReport`, may await it or `start`,
   *   although the run only ends after that function: it gets a snapshot of the running run, a second after the last computation. So does any
   *   caller in a page if `onReport` takes that long, because a page cannot tell who calls
   */
  stop(): Promise<RunSnapshot<N>>;
}

/**
 * Makes a run: `train` with an observable state, for a page, a store or a worker. Nothing happens before `start`.
 *
 * Stopping and restarting a run does not change it: the result is the same bit for bit if the data come from `batches` or an
 * array. Any other source restarts its epoch. While it is not running, it holds no tensor.
 *
 * @param trainer - the trainer; only one run at a time can train it
 * @param data - batches, as for `train`
 * @param options - see {@link RunOptions}
 * @returns the run, idle; there is nothing to dispose
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const run = createRun(trainer, source, { epochs: 2 });
 * const unsubscribe = run.subscribe(({ status, report }) => console.log(status, report?.metrics.elbo));
 * const { status, step } = await run.start();
 * console.log(status, step); // finished 8
 * unsubscribe();
 * ```
 */
export function createRun<N extends string>(trainer: Trainer<N>, data: DataSource, options: RunOptions<N>): Run<N> {
  const read = readRunOptions(trainer, data, options);
  const record = createRecord(trainer, read.historyLimit);
  const training = createTraining(trainer, data, read, record);
  const ownCalls = followCalls();
  let underWay: { readonly stopping: AbortController; readonly end: Promise<RunSnapshot<N>> } | undefined;

  /** Trains to the end or a stop; the record is updated last, when the run can be started again. */
  const runOnce = async (
    stopping: AbortController,
    startOptions: StartOptions,
    release: () => void,
  ): Promise<RunSnapshot<N>> => {
    const { signal } = read;
    const abort = (): void => stopping.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    let failure: { readonly error: unknown } | undefined;
    try {
      const train = (): Promise<void> => training.proceed(stopping, startOptions);
      await (ownCalls ? ownCalls.run(true, train) : train());
    } catch (error) {
      // A sampler that was given the signal rejects with its reason.
      if (!stopping.signal.aborted || error !== stopping.signal.reason) failure = { error };
    }
    signal?.removeEventListener('abort', abort);
    release();
    underWay = undefined;
    const counts = training.progress();
    if (failure !== undefined) {
      record.change({ ...counts, status: 'failed', error: describeError(failure.error) });
      throw failure.error;
    }
    return record.change({ ...counts, status: training.isOver() ? 'finished' : 'stopped' });
  };

  const waitFor = waitForEnd(ownCalls);

  return Object.freeze({
    snapshot: record.snapshot,
    subscribe: record.subscribe,
    start: (startOptions: StartOptions = {}) => {
      const rejection = startError(startOptions, Object.keys(trainer.skipped ?? {}));
      if (rejection !== undefined) return Promise.reject(rejection);
      if (underWay !== undefined) return waitFor(underWay.end, record.snapshot);
      if (training.isOver()) return Promise.resolve(record.snapshot());
      const release = claimTrainer(trainer);
      if (release === undefined) {
        return Promise.reject(alreadyTraining('run.start', 'Stop the other one first: await run.stop().'));
      }
      const stopping = new AbortController();
      const end = runOnce(stopping, startOptions, release);
      underWay = { stopping, end };
      record.change({ status: 'running', error: undefined });
      return end;
    },
    stop: async () => {
      underWay?.stopping.abort();
      // if the run fails meanwhile, `start` reports the error
      await (underWay &&
        waitFor(
          underWay.end.catch(() => undefined),
          record.snapshot,
        ));
      return record.snapshot();
    },
  });
}
