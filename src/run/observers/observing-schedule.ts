import { wrongKind } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import type { Json } from '../../training/json.js';
import type { Observer, RunContext } from '../../training/observer.js';
import type { Schedule } from '../../training/optimizers/schedules.js';

/** What a schedule does that observes the run: it has a state, and learns of the ends of epochs. */
interface Observing extends Observer {
  epoch(run: RunContext): void | Promise<void>;
  state(): Json;
  restore(state: Json): void;
}

/** A schedule that observes runs. Each throws at the end of an epoch if no update has read the value, which then has no effect. */
export function observingSchedule(
  where: string,
  options: Parameters<typeof madeBy>[1],
  value: Schedule,
  { epoch, ...observing }: Observing,
): Schedule & Observing {
  let isRead = false;
  const rate: Schedule = (step) => {
    isRead = true;
    return value(step);
  };
  const checked: Observing['epoch'] = (run) => {
    if (isRead) return epoch(run);
    const fix = 'Give it to the optimizer: createAdam({ learningRate }).';
    throw wrongKind(run.caller, 'observers', `must not have a ${where} that nothing uses`, { seen: 'one', fix });
  };
  const settings = { name: where, ...options };
  return Object.freeze(madeBy(where, options, Object.assign(rate, observing, { epoch: checked, settings })));
}
