import { rejectIfGpuLost } from '../tensor/lost-backend.js';
import { createNewVerdicts } from '../loop/new-verdicts.js';
import { run, type Progress } from '../loop/train.js';
import type { Batch } from '../training/data/batch.js';
import type { DataSource } from '../training/data/data-source.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { keepPlace } from './place.js';
import type { RunRecord } from './create-record.js';
import type { RunOptions } from './run-options.js';
import type { StartOptions } from './start-options.js';

/** The training of a run, across all its starts. */
export interface Training {
  /** Updates, the epoch of the last one, and seconds, over all starts. */
  progress(): Progress;
  /** Whether all epochs or steps are done, or an observer ended the run. */
  isOver(): boolean;
  /** Trains to the end, until `stopping` is aborted, or until the number of updates in the options. */
  proceed(stopping: AbortController, options: StartOptions): Promise<void>;
}

/** Makes the training of a run, from options that have been read; its reports go into the record. */
export function createTraining<N extends string>(
  trainer: Trainer<N>,
  data: DataSource,
  { progressEvery, onReport, ...options }: RunOptions<N>,
  record: RunRecord<N>,
): Training {
  const { epochs = Infinity, steps = Infinity, observers = [] } = options;
  const place = keepPlace(data);
  const newVerdicts = createNewVerdicts();
  let progress: Progress = { step: 0, epoch: 0, seconds: 0 };

  const onUpdate = (at: Progress): void => {
    place.used();
    progress = at;
  };
  const afterUpdate = (): void => {
    if (progressEvery !== undefined && progress.step % progressEvery === 0) record.change(progress);
  };

  return {
    progress: () => progress,
    isOver: () =>
      progress.step >= steps ||
      place.epochs() >= epochs ||
      [...(trainer.observers ?? []), ...observers].some(({ reason }) => reason !== undefined),
    async proceed(stopping, { steps: limit = Infinity, players }) {
      const halt = place.mayWait ? stopping : new AbortController();
      const read = (): AsyncGenerator<Batch, void> => place.read({ asked: stopping, halt });
      const from = { ...progress, epoch: place.epochs() };
      const hooks = {
        caller: 'createRun',
        onUpdate,
        afterUpdate,
        from,
        until: from.step + limit,
        players,
        source: { data, cursor: place.cursor },
        newVerdicts,
        isClaimed: true,
      };
      for await (const report of run(trainer, read, { ...options, signal: halt.signal }, hooks)) {
        const { step, epoch, seconds } = report;
        progress = { step, epoch, seconds };
        const added = record.add(report);
        await rejectIfGpuLost('onReport', Promise.resolve(onReport?.(added, stopping.signal)));
      }
    },
  };
}
