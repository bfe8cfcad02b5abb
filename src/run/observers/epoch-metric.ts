import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { jsonFields, type Json } from '../../training/json.js';
import type { Observer, RunContext } from '../../training/observer.js';

/** The prefix of metrics of the validation data, as in the history of `fit`. */
const VALIDATION = 'val_';

/** What an observer does with the value of a metric at the end of each epoch. */
interface EpochMetricOptions {
  /** The function that made the observer; errors begin with it. */
  readonly where: string;
  /** A metric of the updates, such as `elbo`, or of the validation data, such as `val_elbo`; none if undefined. */
  readonly metric: string | undefined;
  /** Takes the value, which may be NaN, and the number of the epoch across calls and checkpoints, counted from 1. */
  decide(value: number, epoch: number): void;
}

/** The members of an {@link Observer} that compute the value of a metric at the end of each epoch. */
interface EpochMetric extends Pick<Observer, 'update'> {
  readonly begin: (run: RunContext) => Promise<void>;
  readonly epoch: (run: RunContext) => Promise<void>;
  readonly state: () => Json;
  readonly restore: (state: Json) => void;
}

/**
 * Follows a metric: `decide` is called at the end of each epoch, whatever `reportEvery` is, even if the run stops in the middle of the epoch
 * and continues in another process. The mean of a metric of the updates is a float64 sum in their order, so that it does not depend on how a
 * run is divided; values that are not finite are left out.
 */
export function followEpochs({ where, metric, decide }: EpochMetricOptions): EpochMetric {
  const isValidated = metric?.startsWith(VALIDATION) === true;
  /** Number of finished epochs, and the current epoch of the data, if they count epochs. */
  let [epochs, current]: [number, number | null] = [0, null];
  let [sum, count] = [0, 0];

  const epoch = async (run: RunContext): Promise<void> => {
    let value = sum / count;
    if (isValidated) {
      const evaluated = await run.evaluate();
      // aborted: when the run continues, it handles this end of the epoch
      if (evaluated === undefined) return;
      value = valueOf(run.caller, metric, Object.fromEntries(prefixed(evaluated.metrics)));
    }
    [sum, count] = [0, 0];
    epochs++;
    current = run.place()?.epoch ?? null;
    decide(value, epochs);
  };

  return {
    // a metric of the validation data needs no read after each update
    update:
      metric === undefined || isValidated
        ? undefined
        : (metrics, { caller }) => {
            const value = valueOf(caller, metric, { ...metrics, ...Object.fromEntries(prefixed(metrics)) });
            if (Number.isFinite(value)) [sum, count] = [sum + value, count + 1];
          },
    begin: async (run) => {
      if (isValidated && run.validation === undefined) {
        const fix = 'Use a metric of the updates, or give data.';
        throw wrongKind(run.caller, 'validation', `must be given for the metric ${metric}`, { got: undefined, fix });
      }
      const place = run.place();
      // the previous call ended after the last update of an epoch, before it handled the end of the epoch
      if (place !== undefined && place.position === 0 && place.epoch - 1 === current) return epoch(run);
      const isWithin = place !== undefined && place.epoch === current && place.position > 0;
      if (!isWithin) [sum, count] = [0, 0];
      current = place?.epoch ?? null;
    },
    epoch,
    state: () => ({ epochs, current, sum, count }),
    restore: (state) => {
      const saved = jsonFields(state) ?? {};
      const { epochs: ended, current: savedCurrent = null } = saved;
      checkInteger(`${where}.restore`, 'state.epochs', ended, { least: 0 });
      if (savedCurrent !== null) checkInteger(`${where}.restore`, 'state.current', savedCurrent, { least: 0 });
      checkNumber(`${where}.restore`, 'state.sum', saved['sum']);
      checkNumber(`${where}.restore`, 'state.count', saved['count'], { least: 0 });
      [epochs, current, sum, count] = [ended, savedCurrent, saved['sum'], saved['count']];
    },
  };
}

/** Metrics of the validation data, by the names that observers use. */
function prefixed(metrics: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(metrics).map(([name, value]) => [VALIDATION + name, value]);
}

function valueOf(caller: string, metric: string, metrics: Readonly<Record<string, number>>): number {
  const value = metrics[metric];
  if (value !== undefined) return value;
  const rule = `must use one of the metrics ${Object.keys(metrics).join(', ')}`;
  throw outOfRange(caller, 'observers', rule, { got: metric });
}
