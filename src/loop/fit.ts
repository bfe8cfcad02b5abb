import { checkFunction } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { readOptions, type Rules } from '../tensor/options.js';
import type { DataSource } from '../training/data/data-source.js';
import type { Observer } from '../training/observer.js';
import type { Trainer } from '../training/trainer/trainer.js';
import type { Report } from './report.js';
import { run } from './train.js';
import { readTrainOptions, trainRules, type TrainOptions } from './train-options.js';

/** The numbers of an epoch or update: metric names, and `val_` names for those of the validation data. */
export type Logs = Record<string, number>;

/** Functions that are called during training. They are those of tfjs, so tfjs-vis's callbacks work too. Epochs and batches count from 0. */
export interface FitCallbacks {
  /** Called once before the first update. */
  readonly onTrainBegin?: ((logs?: Logs) => unknown) | undefined;
  /** Called once after the last report; not if the run throws. */
  readonly onTrainEnd?: ((logs?: Logs) => unknown) | undefined;
  /** Called with each report: at the end of each epoch unless `reportEvery` is given. Training waits for it. */
  readonly onEpochEnd?: ((epoch: number, logs: Logs) => unknown) | undefined;
  /** Called with each report, including its verdicts, before `onEpochEnd`. Training waits for it. */
  readonly onReport?: ((report: Report) => unknown) | undefined;
  /** Called after each update with its number in the epoch. Reads the metrics from the device each time, which is slower. */
  readonly onBatchEnd?: ((batch: number, logs: Logs) => unknown) | undefined;
}

const callback = { is: checkFunction, default: undefined } as const;

const callbackRules = {
  onTrainBegin: callback,
  onTrainEnd: callback,
  onReport: callback,
  onEpochEnd: callback,
  onBatchEnd: callback,
} satisfies Rules<FitCallbacks>;

/** Options of {@link fit}. */
export interface FitOptions extends TrainOptions {
  /** One set of callbacks or several, called in order; none by default. */
  readonly callbacks?: FitCallbacks | readonly FitCallbacks[] | undefined;
}

/** The reports of a run, in columns as in tfjs. */
export interface History<N extends string = string> {
  /** The epoch of each report, counted from 0. */
  readonly epoch: number[];
  /** A list per metric; those of the validation data have the prefix `val_`. */
  readonly history: Record<N, number[]> & Partial<Record<`val_${N}`, number[]>>;
}

/**
 * Trains to the end and returns the history: {@link train} with tfjs's callbacks.
 *
 * @param trainer - the trainer
 * @param data - batches, as for {@link train}
 * @param options - those of {@link train}, and `callbacks`
 * @returns one entry per report
 * @throws the errors of {@link train}
 * @example
 * ```ts
 * const { history } = await fit(trainer, batches(images, { batchSize: 128, random }), { epochs: 3 });
 * console.log(history.elbo.length); // 3
 * ```
 */
export async function fit<N extends string>(
  trainer: Trainer<N>,
  data: DataSource,
  options: FitOptions,
): Promise<History<N>> {
  const caller = 'fit';
  const rules = { ...trainRules, callbacks: { default: [] } } satisfies Rules<FitOptions>;
  const { callbacks: sets, observers, ...read } = readTrainOptions(caller, { trainer, data }, options, rules);
  const callbacks = [sets].flat();
  callbacks.forEach((set, i) => readOptions(caller, set, callbackRules, `callbacks[${i}]`));
  const own = callbacks.some(({ onBatchEnd }) => onBatchEnd) ? [onBatches(callbacks)] : [];
  const epochs: number[] = [];
  const history: Record<string, number[]> = {};
  for (const callback of callbacks) await callback.onTrainBegin?.();
  for await (const report of run(trainer, data, { ...read, observers: [...observers, ...own] }, { caller })) {
    const logs = logsOf(report.metrics, report.validation);
    epochs.push(report.epoch - 1);
    for (const [name, value] of Object.entries(logs)) (history[name] ??= []).push(value);
    for (const callback of callbacks) await callback.onReport?.(report);
    for (const callback of callbacks) await callback.onEpochEnd?.(report.epoch - 1, logs);
  }
  for (const callback of callbacks) await callback.onTrainEnd?.();
  return { epoch: epochs, history: history as History<N>['history'] };
}

function logsOf(metrics: Readonly<Logs>, validation: Readonly<Logs> | undefined): Logs {
  const prefixed = Object.entries(validation ?? {}).map(([name, value]) => [`val_${name}`, value] as const);
  const duplicate = prefixed.find(([name]) => name in metrics)?.[0];
  if (duplicate !== undefined) {
    throw outOfRange('fit', 'trainer', 'must not have a metric with the name of a validation metric', {
      got: duplicate,
    });
  }
  return { ...metrics, ...Object.fromEntries(prefixed) };
}

/** Calls `onBatchEnd` with the number of each batch in its epoch. */
function onBatches(callbacks: readonly FitCallbacks[]): Observer {
  let [batch, current] = [0, 0];
  return {
    async update(metrics, { epoch }) {
      batch = epoch === current ? batch + 1 : 0;
      current = epoch;
      for (const callback of callbacks) await callback.onBatchEnd?.(batch, { batch, ...metrics });
    },
  };
}
