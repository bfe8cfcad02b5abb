import { checkInteger, checkNumber, checkWord } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { jsonFields, type Json } from '../../training/json.js';
import type { Read, Rules } from '../../tensor/options.js';

/** A metric to watch, and what counts as an improvement. */
export interface WatchedMetric {
  /**
   * The name of one of the trainer's metrics: `elbo` is the mean over the updates of the epoch, `val_elbo` the mean over the
   * validation data.
   */
  readonly metric: string;
  /** Whether lower or higher is better. */
  readonly goal: 'min' | 'max';
  /** By how much a value must improve on the best so far, at least 0; 0 by default: any improvement counts. */
  readonly minChange?: number | undefined;
  /** The same as a share of the best value's magnitude; both are added. 0 by default. */
  readonly minRelativeChange?: number | undefined;
}

/** {@link WatchedMetric}, with a number of epochs to wait for an improvement. */
export interface StopEarlyOptions extends WatchedMetric {
  /** Number of consecutive epochs without an improvement that are allowed, at least 1. */
  readonly patience: number;
}

/** The rules of {@link WatchedMetric}. */
export const watchedRules = {
  metric: checkMetric,
  goal: { is: checkWord, of: ['min', 'max'] },
  minChange: { is: checkNumber, default: 0, least: 0 },
  minRelativeChange: { is: checkNumber, default: 0, least: 0 },
} satisfies Rules<WatchedMetric>;

/** {@link WatchedMetric} with its defaults. */
export type Watched = Read<WatchedMetric, typeof watchedRules>;

function checkMetric(where: string, argument: string, metric: unknown): void {
  if (typeof metric === 'string' && metric !== '') return;
  throw wrongKind(where, argument, 'must be the name of a metric, such as val_elbo', { got: metric });
}

/** Whether a value is better than the best so far, which is null at first. A value that is not finite never is. */
export function isBetter(value: number, best: number | null, watched: Watched): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === null) return true;
  const gain = watched.goal === 'max' ? value - best : best - value;
  return gain > watched.minChange + watched.minRelativeChange * Math.abs(best);
}

/** The best value of a metric, and how long ago it was. */
export interface Best {
  /** The best value; null before the first finite one. */
  readonly best: number | null;
  /** The epoch of the best value, counted from 1; 0 before the first. */
  readonly epoch: number;
  /** Epochs since then, or since `patience` epochs last passed without an improvement. */
  readonly since: number;
}

/** The state before the first epoch. */
export const NO_BEST: Best = /* @__PURE__ */ Object.freeze({ best: null, epoch: 0, since: 0 });

/** The state after another epoch with this value. */
export function nextBest(last: Best, value: number, epoch: number, watched: Watched): Best {
  return isBetter(value, last.best, watched) ? { best: value, epoch, since: 0 } : { ...last, since: last.since + 1 };
}

/** Reads a saved {@link Best}; throws if it is not one. */
export function readBest(where: string, state: Json): Best {
  const { best = null, epoch, since } = jsonFields(state) ?? {};
  if (best !== null) checkNumber(where, 'state.best', best);
  checkInteger(where, 'state.epoch', epoch, { least: 0 });
  checkInteger(where, 'state.since', since, { least: 0 });
  return { best, epoch, since };
}
