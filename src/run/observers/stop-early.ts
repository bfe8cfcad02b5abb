import { checkInteger } from '../../tensor/checks.js';
import { readOptions } from '../../tensor/options.js';
import { jsonFields, type Json } from '../../training/json.js';
import type { Observer } from '../../training/observer.js';
import { followEpochs } from './epoch-metric.js';
import { nextBest, NO_BEST, readBest, watchedRules, type Best, type StopEarlyOptions } from './watched-metric.js';

/**
 * Ends a run at the end of an epoch if a metric has not improved for `patience` epochs.
 *
 * better: value - best > minChange + minRelativeChange |best| for the goal `max`, best - value for `min`
 *
 * @param options - see {@link StopEarlyOptions}; `patience` is at least 1
 * @returns an observer for `train`; `reason` says why it ended a run
 * @throws TypeError or RangeError if an option is wrong
 * @remarks A metric of the updates is read from the device after each update, and a GPU waits for that; a metric of the validation data
 * needs no more reads than a report. A value that is not finite is never better. A run that has ended stays ended, also when it is
 * loaded from a checkpoint.
 * @example
 * ```ts
 * const stop = stopEarly({ metric: 'val_elbo', goal: 'max', patience: 2, minChange: 1000 });
 * const { epoch } = await fit(trainer, source, { epochs: 50, validation: [x], observers: [stop] });
 * console.log(epoch.length); // 3
 * console.log(stop.reason !== undefined); // true
 * ```
 * @see Prechelt 1998, Early Stopping - But When?, https://doi.org/10.1007/3-540-49430-8_3
 */
export function stopEarly(options: StopEarlyOptions): Observer {
  const where = 'stopEarly';
  const { patience, ...watched } = readOptions(where, options, { ...watchedRules, patience: checkInteger });
  let last: Best = NO_BEST;
  const { state, restore, ...epochs } = followEpochs({
    where,
    metric: watched.metric,
    decide: (value, epoch) => {
      last = nextBest(last, value, epoch, watched);
    },
  });

  return Object.freeze({
    ...epochs,
    get reason() {
      if (last.since < patience) return undefined;
      const { best, epoch } = last;
      const seen = best === null ? 'it was never finite' : `the best is ${short(best)}, of epoch ${epoch}`;
      return `${watched.metric} has not become better for ${patience} epochs: ${seen}.`;
    },
    state: () => ({ ...last, epochs: state() }),
    restore: (saved: Json) => {
      const read = readBest(`${where}.restore`, saved);
      restore(jsonFields(saved)?.['epochs'] ?? null);
      last = read;
    },
    settings: { name: where, ...watched, patience },
  });
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}
