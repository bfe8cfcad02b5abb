/** How threads are changed and timed. */
export interface ThreadControl {
  /** Uses so many threads from now on. */
  use(threads: 1 | 2): Promise<void>;
  /** Called once, with the number that is kept and the milliseconds an update took with each. */
  onChosen(threads: 1 | 2, milliseconds: Readonly<Record<1 | 2, number>>): void;
}

/** Updates before the first timing: they compile. */
const WARM_UP = 20;
/** Milliseconds of training for each number of threads. */
const TRIAL = 500;

/**
 * Times training on one thread and on two for half a second each, and keeps the quicker: where the processors are busy, one is. Results are
 * the same bits with both. It begins with two, and is called after each report, with the time that the updates before it took.
 */
export function createThreadChoice({
  use,
  onChosen,
}: ThreadControl): (updates: number, spent: number) => Promise<void> {
  const trials: (1 | 2)[] = [2, 1];
  const milliseconds: Record<1 | 2, number> = { 1: Infinity, 2: Infinity };
  let [updates, spent, warm] = [0, 0, 0];
  return async (made, took) => {
    const [threads] = trials;
    // after a rest there is no time
    if (threads === undefined || !(took > 0)) return;
    if ((warm += made) <= WARM_UP) return;
    updates += made;
    spent += took;
    if (spent < TRIAL) return;
    milliseconds[threads] = spent / updates;
    trials.shift();
    [updates, spent, warm] = [0, 0, 0];
    const [next] = trials;
    if (next !== undefined) return use(next);
    const best = milliseconds[2] < milliseconds[1] ? 2 : 1;
    if (best !== threads) await use(best);
    onChosen(best, milliseconds);
  };
}
