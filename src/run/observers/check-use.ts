import { wrongKind } from '../../tensor/errors.js';
import type { RunContext } from '../../training/observer.js';

/** Throws at the end of an epoch if no update has read the value of a schedule that observes the run: it would have no effect. */
export function checkUse(schedule: string, isRead: boolean, { caller }: RunContext): void {
  if (isRead) return;
  const fix = 'Give it to the optimizer: createAdam({ learningRate }).';
  throw wrongKind(caller, 'observers', `must not have a ${schedule} that nothing uses`, { seen: 'one', fix });
}
