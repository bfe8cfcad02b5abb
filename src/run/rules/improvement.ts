import { checkInteger, checkNumber, checkWord } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { jsonFields, type Json } from '../../training/json.js';
import type { Read, Rules } from '../../tensor/options.js';

/** What is watched, and what counts as better. */
export interface Watched {
  /**
   * The metric, by its name among those of the trainer: `elbo` is the mean over the updates of the epoch, `val_elbo` that over the
   * validation data.
   */
  readonly metric: string;
  /** Whether less or more of it is better. */
  readonly goal: 'min' | 'max';
  /** By how much a value must be better than the best so far, at least 0; 0 by default, for which any is. */
  readonly minChange?: number | undefined;
  /** The same as a part of the size of the best; both are added. 0 by default. */
  readonly minRelativeChange?: number | undefined;
}

/** {@link Watched}, with epochs that may pass without anything better. */
export interface Patient extends Watched {
  /** Epochs in a row that may pass without a better value, at least 1. */
  readonly patience: number;
}

/** The rules of {@link Watched}. */
export const watchedRules = {
  metric: checkMetric,
  goal: { is: checkWord, of: ['min', 'max'] },
  minChange: { is: checkNumber, default: 0, least: 0 },
  minRelativeChange: { is: checkNumber, default: 0, least: 0 },
} satisfies Rules<Watched>;

/** {@link Watched} with its defaults. */
export type Watch = Read<Watched, typeof watchedRules>;

function checkMetric(where: string, argument: string, metric: unknown): void {
  if (typeof metric === 'string' && metric !== '') return;
  throw wrongKind(where, argument, 'must be the name of a metric, such as val_elbo', { got: metric });
}

/** Whether a value is better than the best so far, which is null before the first. One that is not finite never is. */
export function isBetter(value: number, best: number | null, watched: Watch): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === null) return true;
  const gain = watched.goal === 'max' ? value - best : best - value;
  return gain > watched.minChange + watched.minRelativeChange * Math.abs(best);
}

/** How long ago a metric was at its best. */
export interface Wait {
  /** The best value; null before the first that is finite. */
  readonly best: number | null;
  /** The epoch of it, counted from 1; 0 before the first. */
  readonly epoch: number;
  /** Epochs since then, or since the last time that patience had run out. */
  readonly since: number;
}

/** Before the first epoch. */
export const NO_WAIT: Wait = Object.freeze({ best: null, epoch: 0, since: 0 });

/** After one more epoch with this value. */
export function waitOn(wait: Wait, value: number, epoch: number, watched: Watch): Wait {
  return isBetter(value, wait.best, watched) ? { best: value, epoch, since: 0 } : { ...wait, since: wait.since + 1 };
}

/** Reads a saved {@link Wait}; throws if it is none. */
export function readWait(where: string, state: Json): Wait {
  const { best = null, epoch, since } = jsonFields(state) ?? {};
  if (best !== null) checkNumber(where, 'state.best', best);
  checkInteger(where, 'state.epoch', epoch, { least: 0 });
  checkInteger(where, 'state.since', since, { least: 0 });
  return { best, epoch, since };
}
