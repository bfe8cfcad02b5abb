import type { Run, RunSnapshot, StartOptions } from 'tfjs-generative/run';
import { createContinued } from './continued.js';

/** More updates than any run has. */
const MOST = 1e9;

/**
 * Two runs of one trainer as one, the second after the first has finished. Reports come every few updates of a run: the first run makes
 * the updates up to the next report of the run that was saved, so that the reports of the second come at the same updates as without the break.
 */
export function inTurn(first: Run, second: Run): Run {
  const listeners = new Set<(snapshot: RunSnapshot) => void>();
  let later: ReturnType<typeof createContinued> | undefined;
  let isGoingOn = false;
  let snapshot = first.snapshot();
  let underWay: Promise<RunSnapshot> | undefined;

  const show = (next: RunSnapshot): void => {
    snapshot = Object.freeze(next);
    for (const listener of listeners) listener(snapshot);
  };
  first.subscribe((now) => {
    if (now.status !== 'finished') return show(now);
    later = createContinued(now.history, now.step);
    show({ ...now, status: isGoingOn ? 'running' : 'stopped' });
  });
  second.subscribe((now) => {
    if (later !== undefined && now.status !== 'idle') show(later(now));
  });

  const goOn = async ({ steps: most = Infinity, players }: StartOptions): Promise<RunSnapshot> => {
    const { status, step } = first.snapshot();
    let left = most;
    if (status !== 'finished') {
      isGoingOn = true;
      await first.start({ steps: Math.min(left, MOST), players });
      left -= first.snapshot().step - step;
      if (first.snapshot().status !== 'finished') return snapshot;
      if (!isGoingOn || left <= 0) {
        if (snapshot.status === 'running') show({ ...snapshot, status: 'stopped' });
        return snapshot;
      }
    }
    await second.start({ steps: Math.min(left, MOST), players });
    // a rule had ended the run already
    if (second.snapshot().status === 'idle') show({ ...snapshot, status: 'finished' });
    return snapshot;
  };

  return {
    snapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      listener(snapshot);
      return () => listeners.delete(listener);
    },
    start: (options = {}) => (underWay ??= goOn(options).finally(() => (underWay = undefined))),
    stop: async () => {
      isGoingOn = false;
      await first.stop();
      await second.stop();
      await underWay?.catch(() => undefined);
      return snapshot;
    },
  };
}
