import { checkInteger } from '../../tensor/checks.js';
import { readOptions } from '../../tensor/options.js';
import type { Json } from '../../training/json.js';
import type { EpochRule } from './epoch-rule.js';
import { NO_WAIT, readWait, waitOn, watchedRules, type StopEarlyOptions, type Wait } from './improvement.js';

/**
 * Ends a run at the end of an epoch if a metric has not improved for `patience` epochs.
 *
 * better: value - best > minChange + minRelativeChange |best| for the goal `max`, best - value for `min`
 *
 * @param options - see {@link StopEarlyOptions}; `patience` is at least 1
 * @returns a rule for {@link epochRules}; `reason` says why it ended a run
 * @throws TypeError or RangeError if an option is wrong
 * @remarks A value that is not finite is never better. A run that was ended stays ended, even when it is loaded from a checkpoint.
 * @example
 * ```ts
 * const rules = epochRules([stopEarly({ metric: 'val_elbo', goal: 'max', patience: 2, minChange: 1000 })]);
 * const { epoch } = await fit(trainer, source, { epochs: 50, validation: [x], rules });
 * console.log(epoch.length); // 3
 * console.log(rules.reason !== undefined); // true
 * ```
 * @see Prechelt 1998, Early Stopping - But When?, https://doi.org/10.1007/3-540-49430-8_3
 */
export function stopEarly(options: StopEarlyOptions): EpochRule {
  const where = 'stopEarly';
  const { patience, ...watched } = readOptions(where, options, { ...watchedRules, patience: checkInteger });
  let wait: Wait = NO_WAIT;

  return Object.freeze({
    metric: watched.metric,
    decide: (value: number, epoch: number) => {
      wait = waitOn(wait, value, epoch, watched);
    },
    get reason() {
      if (wait.since < patience) return undefined;
      const { best, epoch } = wait;
      const seen = best === null ? 'it was never finite' : `the best is ${short(best)}, of epoch ${epoch}`;
      return `${watched.metric} has not become better for ${patience} epochs: ${seen}.`;
    },
    state: () => ({ ...wait }),
    restore: (state: Json) => {
      wait = readWait('stopEarly.restore', state);
    },
    settings: { name: 'stopEarly', ...watched, patience },
  });
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}
