// One experiment in a worker of its own, as signals.
import { signal, type ReadonlySignal } from '@preact/signals-core';
import { connectRun, type RunSnapshot } from 'tfjs-generative/run';
import type { Experiment, Live } from '../experiment/experiment.js';
import { createContinued } from '../training/continued.js';
import type { Frame, Measures, News, Order, Saved, Watched, Wish } from '../training/messages.js';

/** Milliseconds between two changes of what the page shows of a run. */
const SHOW_EVERY = 50;

/** A run in a worker, and what is known of it. */
export interface Session {
  readonly experiment: Experiment;
  readonly snapshot: ReadonlySignal<RunSnapshot>;
  readonly frame: ReadonlySignal<Frame | undefined>;
  readonly measures: ReadonlySignal<readonly Measures[]>;
  /** The training points, once the worker has them. */
  readonly data: ReadonlySignal<Float32Array | undefined>;
  readonly parameters: ReadonlySignal<number | undefined>;
  start(): void;
  /** Makes one update. */
  step(): void;
  stop(): Promise<unknown>;
  watch(watched: Watched): void;
  /** Turns the controls; `isMoved` says whether the losses have come to depend on when that happened. */
  turn(live: Live, isMoved: boolean): void;
  /** A file that the worker makes. */
  ask(what: Wish): Promise<Uint8Array<ArrayBuffer>>;
  close(): void;
}

/** Opens a session; `saved` is a run of the same experiment, which goes on. */
export function openSession(experiment: Experiment, watched: Watched, saved?: Saved): Session {
  const worker = new Worker(new URL('../training/worker.ts', import.meta.url), { type: 'module' });
  const frame = signal<Frame | undefined>();
  const measures = signal<readonly Measures[]>([]);
  const data = signal<Float32Array | undefined>();
  const parameters = signal<number | undefined>();
  const asked = new Map<number, { resolve(bytes: Uint8Array<ArrayBuffer>): void; reject(error: Error): void }>();
  let asks = 0;

  const hear = (news: News): void => {
    if (news.kind === 'frame') frame.value = news.frame;
    else if (news.kind === 'measures') measures.value = [...measures.value, news.measures];
    else if (news.kind === 'ready') {
      data.value = news.data;
      parameters.value = news.parameters;
    } else {
      const { ask, bytes, error } = news;
      if (bytes === undefined) asked.get(ask)?.reject(new Error(error));
      else asked.get(ask)?.resolve(bytes as Uint8Array<ArrayBuffer>);
      asked.delete(ask);
    }
  };
  const run = connectRun(worker, { settings: { experiment, watched, saved }, onMessage: hear });
  const continued = createContinued(saved?.history ?? [], saved?.steps ?? 0);
  const snapshot = signal(continued(run.snapshot()));
  // a run changes more often than a screen
  let isAwaited = false;
  run.subscribe(({ status }) => {
    const isOther = status !== snapshot.peek().status;
    if (isAwaited && !isOther) return;
    isAwaited = true;
    const show = (): void => {
      isAwaited = false;
      snapshot.value = continued(run.snapshot());
    };
    if (isOther) show();
    else setTimeout(show, SHOW_EVERY);
  });
  const order = (one: Order): void => run.post(one);

  return {
    experiment,
    snapshot,
    frame,
    measures,
    data,
    parameters,
    // the reason for a failure is in the snapshot
    start: () => void run.start().catch(() => undefined),
    step: () => void run.start({ steps: 1 }).catch(() => undefined),
    stop: () => run.stop(),
    watch: (now) => order({ kind: 'watch', watched: now }),
    turn: (live, isMoved) => order({ kind: 'live', live, isMoved }),
    ask: (what) =>
      new Promise((resolve, reject) => {
        asked.set(++asks, { resolve, reject });
        order({ kind: 'ask', ask: asks, what });
      }),
    close: () => {
      run.close();
      worker.terminate();
    },
  };
}
