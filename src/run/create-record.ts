import type { Report } from '../loop/report.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { freezeReport, type RunSnapshot } from './snapshot.js';
import { createStore } from './store.js';

/** The sequence of a run's snapshots. */
export interface RunRecord<N extends string> {
  snapshot(): RunSnapshot<N>;
  subscribe(listener: (snapshot: RunSnapshot<N>) => void): () => void;
  /** Makes the next snapshot from changed fields. */
  change(changes: Partial<RunSnapshot<N>>): RunSnapshot<N>;
  /** Makes the next snapshot from a report; returns the report, frozen. */
  add(report: Report<N>): Report<N>;
}

/** Makes the record of a run that has not started; it keeps the last `historyLimit` reports. */
export function createRecord<N extends string>(trainer: Trainer<N>, historyLimit = Infinity): RunRecord<N> {
  const first = { status: 'idle', step: 0, epoch: 0, seconds: 0, history: Object.freeze([]) } as const;
  const store = createStore<RunSnapshot<N>>(Object.freeze({ ...first, totalSteps: trainer.steps ?? 0 }));

  const change = (changes: Partial<RunSnapshot<N>>): RunSnapshot<N> => {
    const next = { ...store.read(), ...changes };
    const snapshot = Object.freeze({ ...next, totalSteps: trainer.steps ?? next.step });
    store.write(snapshot);
    return snapshot;
  };

  return {
    snapshot: store.read,
    subscribe: store.subscribe,
    change,
    add(report) {
      const frozen = freezeReport(report);
      const { step, epoch, seconds } = frozen;
      const history = [...store.read().history, frozen].slice(-historyLimit);
      change({ step, epoch, seconds, report: frozen, history: Object.freeze(history) });
      return frozen;
    },
  };
}
