import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';
import { jsonFields, type Json } from '../../training/json.js';
import type { Schedule } from '../../training/optimizers/schedules.js';
import type { Verdict } from '../../training/trainer/trainer.js';
import type { EpochRule } from './epoch-rule.js';
import { NO_WAIT, readWait, waitOn, watchedRules, type StopEarlyOptions, type Wait } from './improvement.js';

/** Options of {@link reduceOnPlateau}. */
export interface PlateauOptions extends StopEarlyOptions {
  /** The initial value, above 0. */
  readonly from: number;
  /** The factor of each reduction, in (0, 1); 0.5 by default. */
  readonly factor?: number | undefined;
  /** The lower limit, at least 0 and at most `from`; 0 by default. */
  readonly least?: number | undefined;
  /** Number of epochs after a reduction that do not count toward `patience`; 0 by default. */
  readonly cooldown?: number | undefined;
}

/** A {@link Schedule} that changes at the ends of epochs. */
export interface Plateau extends Schedule, EpochRule {
  /** Its state. */
  state(): Json;
  /** Restores such a state; throws before anything has changed. */
  restore(state: Json): void;
}

/**
 * A learning rate that is multiplied by `factor` whenever a metric has not improved for `patience` epochs.
 *
 * value = max(least, factor value); better: value of the metric - best > minChange + minRelativeChange |best| for the goal `max`
 *
 * @param options - see {@link PlateauOptions}; `patience` is at least 1
 * @returns a value that is both a schedule for `createAdam` and a rule for {@link epochRules}
 * @throws TypeError or RangeError if an option is wrong
 * @remarks Its state is saved with the optimizer. One plateau may serve several optimizers. A metric that is not finite
 * never counts as an improvement.
 * @example
 * ```ts
 * const rate = reduceOnPlateau({ from: 0.01, metric: 'val_elbo', goal: 'max', patience: 1, factor: 0.1, minChange: 1000 });
 * const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: rate }), random });
 * await fit(trainer, source, { epochs: 3, validation: [x], rules: epochRules([rate]) });
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
  let wait: Wait = NO_WAIT;
  let value = from;
  let cooling = 0;

  const rule = {
    metric: watched.metric,
    decide: (seen: number, epoch: number) => {
      wait = waitOn(wait, seen, epoch, watched);
      if (cooling > 0) {
        cooling--;
        wait = { ...wait, since: 0 };
      }
      if (wait.since < patience) return;
      value = Math.max(least, factor * value);
      cooling = cooldown;
      wait = { ...wait, since: 0 };
    },
    /** A verdict if epochs have ended but the rule was not called. */
    remark: (epochs: number): Verdict<'rule not in use'> | undefined => {
      if (epochs < 2 || wait.best !== null || wait.since > 0) return undefined;
      const message =
        `The learning rate waits for the metric ${watched.metric}, and was given none in ${epochs} epochs, so that it never changes. ` +
        'Put it among the rules of the run: rules: epochRules([rate]).';
      return { kind: 'rule not in use', message };
    },
    state: (): Json => ({ value, cooling, ...wait }),
    restore: (state: Json) => {
      const fields = jsonFields(state);
      const at = `${where}.restore`;
      const saved = readWait(at, state);
      checkNumber(at, 'state.value', fields?.['value'], { least: 0, most: 1e30 });
      checkInteger(at, 'state.cooling', fields['cooling'], { least: 0 });
      [value, cooling, wait] = [fields['value'], fields['cooling'], saved];
    },
  };
  const made = { from, factor, least, cooldown, ...watched, patience };
  const plateau = Object.assign(() => value, rule, { settings: { name: where, ...made } });
  return Object.freeze(madeBy(where, made, plateau));
}
