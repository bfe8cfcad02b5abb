import { rejectIfGpuLost } from '../tensor/lost-backend.js';
import type { Batch } from '../training/data/batch.js';
import type { DataSource } from '../training/data/data-source.js';
import { createNewVerdicts } from '../training/loop/new-verdicts.js';
import { run, type Progress } from '../training/loop/train.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { keepPlace } from './place.js';
import type { RunRecord } from './create-record.js';
import type { RunOptions } from './run-options.js';
import type { StartOptions } from './start-options.js';

/** The training of a run, across all its starts. */
export interface Course {
  /** Updates, the epoch of the last one, and seconds, over all starts. */
  progress(): Progress;
  /** Whether all epochs or steps are done, or a rule ended the run. */
  isOver(): boolean;
  /** Trains to the end, or until `asked` is aborted or as many more updates are made as the options allow. */
  goOn(asked: AbortController, options: StartOptions): Promise<void>;
}

/** Makes the course of a run; its reports go into the record. */
export function createCourse<N extends string, K extends string>(
  trainer: Trainer<N, K>,
  data: DataSource,
  options: RunOptions<N, K>,
  record: RunRecord<N, K>,
): Course {
  const { epochs, steps, validation, stopOn, rules, reportEvery, yieldEvery, progressEvery, onReport } = options;
  const place = keepPlace(data);
  const newVerdicts = createNewVerdicts();
  let progress: Progress = { step: 0, epoch: 0, seconds: 0 };

  const onUpdate = (at: Progress): void => {
    place.used();
    progress = at;
  };
  const afterStep = async ({ step }: Pick<Progress, 'step'>): Promise<void> => {
    if (progressEvery !== undefined && step % progressEvery === 0) record.change(progress);
  };

  return {
    progress: () => progress,
    isOver: () =>
      progress.step >= (steps ?? Infinity) || place.epochs() >= (epochs ?? Infinity) || rules?.reason !== undefined,
    async goOn(asked, { steps: most = Infinity, players }) {
      const halt = place.mayWait ? asked : new AbortController();
      const read = (): AsyncGenerator<Batch, void> => place.read({ asked, halt });
      const from = { ...progress, epoch: place.epochs() };
      const settings = { epochs, steps, validation, stopOn, rules, reportEvery, yieldEvery, signal: halt.signal };
      const source = { data, cursor: place.cursor };
      const hooks = {
        onUpdate,
        afterStep,
        from,
        until: from.step + most,
        players,
        source,
        newVerdicts,
        isClaimed: true,
      };
      for await (const report of run(trainer, read, settings, hooks)) {
        const { step, epoch, seconds } = report;
        progress = { step, epoch, seconds };
        const added = record.add(report);
        await rejectIfGpuLost('onReport', Promise.resolve(onReport?.(added, asked.signal)));
      }
    },
  };
}
