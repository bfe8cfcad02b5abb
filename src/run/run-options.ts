import { checkFunction, checkInteger } from '../tensor/checks.js';
import type { Rules } from '../tensor/options.js';
import type { Report } from '../loop/report.js';
import { readTrainOptions, trainRules, type TrainOptions } from '../loop/train-options.js';
import type { DataSource } from '../training/data/data-source.js';
import type { Trainer } from '../training/trainer/trainer.js';

/** The settings of a run that are plain data, so a page can post them to a worker. Give `epochs` or `steps`, not both. */
export interface RunSettings extends Pick<TrainOptions, 'epochs' | 'steps' | 'reportEvery' | 'yieldEvery'> {
  /** Number of updates between two snapshots in which only the counts are new; these need no read from the device. None by default. */
  readonly progressEvery?: number | undefined;
  /** The largest number of reports in `history`, which keeps the latest; all by default. */
  readonly historyLimit?: number | undefined;
}

/** Options of {@link createRun}: those of `train`, and how its progress is reported. `epochs` and `steps` count over all its starts. */
export interface RunOptions<N extends string = string> extends RunSettings, Omit<TrainOptions, keyof RunSettings> {
  /**
   * Called with each report, after the listeners. Training waits for it, so the weights do not change while it draws
   * samples. An error ends the run. The signal is aborted when the run is stopped: pass it to long computations.
   */
  readonly onReport?: ((report: Report<N>, signal: AbortSignal) => unknown) | undefined;
}

/** Reads the options of {@link createRun}; throws if one of its arguments is wrong. */
export function readRunOptions<N extends string>(trainer: Trainer<N>, data: DataSource, options: RunOptions<N>) {
  const rules = {
    ...trainRules,
    progressEvery: { is: checkInteger, default: undefined },
    historyLimit: { is: checkInteger, default: undefined },
    onReport: { is: checkFunction, default: undefined },
  } satisfies Rules<RunOptions<never>>;
  return readTrainOptions('createRun', { trainer, data }, options, rules);
}
