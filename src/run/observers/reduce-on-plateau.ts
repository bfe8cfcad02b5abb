import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { readOptions } from '../../tensor/options.js';
import { jsonFields, type Json } from '../../training/json.js';
import type { Schedule } from '../../training/optimizers/schedules.js';
import type { Observer } from '../../training/observer.js';
import { followEpochs } from './epoch-metric.js';
import { observingSchedule } from './observing-schedule.js';
import { nextBest, NO_BEST, readBest, watchedRules, type Best, type StopEarlyOptions } from './watched-metric.js';

/** Options of {@link reduceOnPlateau}. */
export interface PlateauOptions extends StopEarlyOptions {
  /** The initial value, above 0. */
  readonly from: number;
  /** The factor of each reduction, in (0, 1); 0.5 by default. */
  readonly factor?: number | undefined;
  /** The lower limit, at least 0 and at most `from`; 0 by default. */
  readonly least?: number | undefined;
  /** Number of epochs after a reduction that do not count as epochs without improvement; 0 by default. */
  readonly cooldown?: number | undefined;
}

/** A {@link Schedule} that changes at the ends of epochs. */
export interface Plateau extends Schedule, Observer {
  /** Its state. */
  state(): Json;
  /** Restores such a state; throws before anything has changed. */
  restore(state: Json): void;
}

/**
 * A learning rate that is multiplied by `factor` whenever a metric has not improved for `patience` epochs.
 *
 * value = max(least, factor * value); for the goal `max`, a value m of the metric is better than the best so far, b, if
 * m - b > minChange + minRelativeChange |b|
 *
 * @param options - see {@link PlateauOptions}; `patience` is at least 1
 * @returns a schedule for `createAdam`, which observes each run of the trainer that uses it
 * @throws TypeError or RangeError if an option is wrong; a run throws TypeError at the end of an epoch if it observes the run, but nothing has
 *   read its value
 * @remarks Its state is saved with the optimizer. One plateau may serve several optimizers. A metric that is not finite
 * never counts as an improvement.
 * @example
 * ```ts
 * const rate = reduceOnPlateau({ from: 0.01, metric: 'val_elbo', goal: 'max', patience: 1, factor: 0.1, minChange: 1000 });
 * const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: rate }), random });
 * await fit(trainer, source, { epochs: 3, validation: [x] });
 * console.log(rate(0)); // 0.0001
 * ```
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html, which waits one epoch longer
 */
export function reduceOnPlateau(options: PlateauOptions): Plateau {
  const where = 'reduceOnPlateau';
  const { patience, from, factor, least, cooldown, ...watched } = readOptions(where, options, {
    ...watchedRules,
    patience: checkInteger,
    from: { is: checkNumber, above: 0, most: 1e30 },
    factor: { is: checkNumber, default: 0.5, above: 0, below: 1 },
    least: { default: 0 },
    cooldown: { is: checkInteger, default: 0, least: 0 },
  });
  checkNumber(where, 'least', least, { least: 0, most: from });
  let last: Best = NO_BEST;
  let [value, cooling] = [from, 0];
  const { state, restore, ...epochs } = followEpochs({
    where,
    metric: watched.metric,
    decide: (current, epoch) => {
      last = nextBest(last, current, epoch, watched);
      if (cooling > 0) {
        cooling--;
        last = { ...last, since: 0 };
      }
      if (last.since < patience) return;
      value = Math.max(least, factor * value);
      cooling = cooldown;
      last = { ...last, since: 0 };
    },
  });

  const made = { from, factor, least, cooldown, ...watched, patience };
  return observingSchedule(where, made, () => value, {
    ...epochs,
    state: () => ({ value, cooling, ...last, epochs: state() }),
    restore: (saved) => {
      const fields = jsonFields(saved);
      const at = `${where}.restore`;
      const read = readBest(at, saved);
      checkNumber(at, 'state.value', fields?.['value'], { least: 0, most: 1e30 });
      checkInteger(at, 'state.cooling', fields['cooling'], { least: 0 });
      restore(fields['epochs'] ?? null);
      [value, cooling, last] = [fields['value'], fields['cooling'], read];
    },
  });
}
