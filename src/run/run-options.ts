import { checkFunction, checkInteger } from '../tensor/checks.js';
import type { Rules } from '../tensor/options.js';
import type { DataSource } from '../training/data/data-source.js';
import type { Report } from '../training/loop/report.js';
import { checkTrainOptions, trainRules, type TrainOptions } from '../training/loop/train-options.js';
import type { Trainer } from '../training/trainer/trainer.js';

/** The settings of a run that are plain numbers: a page posts them to a worker as they are. Give `epochs` or `steps`, not both. */
export interface RunSettings extends Pick<TrainOptions, 'epochs' | 'steps' | 'reportEvery' | 'yieldEvery'> {
  /** Updates between two snapshots in which only the counts are new; they cost no read of the device. None by default. */
  readonly progressEvery?: number | undefined;
  /** Reports that `history` holds at most, the latest ones; all by default. */
  readonly historyLimit?: number | undefined;
}

/** Options of {@link createRun}: those of `train`, and how the run is watched. `epochs` and `steps` are those of all its starts. */
export interface RunOptions<N extends string = string, K extends string = string>
  extends RunSettings, Omit<TrainOptions<K>, keyof RunSettings> {
  /**
   * Called with each report, after the listeners. Training waits for it, so that the weights stand still while it draws
   * samples. What it throws ends the run. The signal is aborted when the run is to stop: pass it to what takes long.
   */
  readonly onReport?: ((report: Report<N, K>, signal: AbortSignal) => unknown) | undefined;
}

/** Throws unless the arguments of {@link createRun} fit. */
export function checkRunOptions<N extends string, K extends string>(
  trainer: Trainer<N, K>,
  data: DataSource,
  options: RunOptions<N, K>,
): void {
  const rules = {
    ...trainRules,
    progressEvery: { is: checkInteger, default: undefined },
    historyLimit: { is: checkInteger, default: undefined },
    onReport: { is: checkFunction, default: undefined },
  } satisfies Rules<RunOptions<never, never>>;
  checkTrainOptions(trainer, data, options, 'createRun', rules);
}
