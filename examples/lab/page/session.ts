// One experiment in a worker, as signals.
import { signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import { connectRun, type RemoteRun, type RunSnapshot } from 'tfjs-generative/run';
import type { Experiment, Live } from '../experiment/experiment.js';
import type { Pictures } from '../experiment/pictures.js';
import type { Frame, Measures, News, Order, Settings, Watched, Wish } from '../training/messages.js';

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
  /** The training pictures, if pictures are learned. */
  readonly pictures: ReadonlySignal<Pictures | undefined>;
  readonly parameters: ReadonlySignal<number | undefined>;
  start(): void;
  /** Makes one update, of all players or only of these; resolves once it is made, or has failed. */
  step(players?: readonly string[]): Promise<unknown>;
  stop(): Promise<unknown>;
  watch(watched: Watched): void;
  turn(live: Live): void;
  /** A file that the worker makes. */
  ask(what: Wish): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends this session, and opens one of another experiment in the same worker. */
  next(experiment: Experiment, watched: Watched, checkpoint?: Uint8Array): Session;
  /** Ends the session and its worker. */
  close(): void;
}

/** Opens a session in a worker of its own; `checkpoint` is one of the same experiment, from which it goes on. */
export function openSession(experiment: Experiment, watched: Watched, checkpoint?: Uint8Array): Session {
  const worker = new Worker(new URL('../training/worker.ts', import.meta.url), { type: 'module' });
  let current: Desk | undefined;
  let count = 0;
  const settingsOf = (desk: Desk, now: Watched, bytes: Uint8Array | undefined): Settings => ({
    experiment: desk.experiment,
    watched: now,
    checkpoint: bytes,
    session: desk.id,
  });
  const open = (one: Experiment, now: Watched, bytes: Uint8Array | undefined, run: RemoteRun): Session => {
    current?.leave();
    current = createDesk(one, ++count);
    const desk = current;
    // the snapshot is the old run's until the new one is made
    const made = count === 1 ? Promise.resolve() : run.remake(settingsOf(desk, now, bytes));
    made.then(
      () => desk.follow(run),
      () => desk.follow(run),
    );
    const order = (what: Order): void => run.post(what);
    return {
      ...desk.seen,
      experiment: one,
      // the reason for a failure is in the snapshot
      start: () => void run.start().catch(() => undefined),
      step: (players) => run.start({ steps: 1, players }).catch(() => undefined),
      stop: () => run.stop(),
      watch: (what) => order({ kind: 'watch', watched: what }),
      turn: (live) => order({ kind: 'live', live }),
      ask: (what) => desk.ask((ask) => order({ kind: 'ask', ask, what })),
      next: (other, what, from) => open(other, what, from, run),
      close: () => {
        desk.leave();
        run.close();
        worker.terminate();
      },
    };
  };

  const first = createDesk(experiment, 1);
  const run = connectRun(worker, {
    settings: settingsOf(first, watched, checkpoint),
    // what is still under way from an earlier session is nobody's
    onMessage: (news: News) => current !== undefined && news.session === current.id && current.hear(news),
  });
  return open(experiment, watched, checkpoint, run);
}

/** The signals of a session, and who writes them. */
interface Desk {
  readonly id: number;
  readonly experiment: Experiment;
  readonly seen: {
    readonly snapshot: Signal<RunSnapshot>;
    readonly frame: Signal<Frame | undefined>;
    readonly measures: Signal<readonly Measures[]>;
    readonly data: Signal<Float32Array | undefined>;
    readonly pictures: Signal<Pictures | undefined>;
    readonly parameters: Signal<number | undefined>;
  };
  hear(news: News): void;
  follow(run: RemoteRun): void;
  ask(post: (ask: number) => void): Promise<Uint8Array<ArrayBuffer>>;
  leave(): void;
}

const idle: RunSnapshot = { status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: [] };

function createDesk(experiment: Experiment, id: number): Desk {
  const seen: Desk['seen'] = {
    snapshot: signal(idle),
    frame: signal(undefined),
    measures: signal([]),
    data: signal(undefined),
    pictures: signal(undefined),
    parameters: signal(undefined),
  };
  const asked = new Map<number, { resolve(bytes: Uint8Array<ArrayBuffer>): void; reject(error: Error): void }>();
  let asks = 0;
  let isLeft = false;
  let unfollow = (): void => undefined;

  return {
    id,
    experiment,
    seen,
    hear(news) {
      if (news.kind === 'frame') seen.frame.value = news.frame;
      else if (news.kind === 'measures') seen.measures.value = [...seen.measures.value, news.measures];
      else if (news.kind === 'ready') {
        seen.data.value = news.data;
        seen.pictures.value = news.pictures;
        seen.parameters.value = news.parameters;
      } else {
        const { ask, bytes, error } = news;
        if (bytes === undefined) asked.get(ask)?.reject(new Error(error));
        else asked.get(ask)?.resolve(bytes as Uint8Array<ArrayBuffer>);
        asked.delete(ask);
      }
    },
    follow(run) {
      if (isLeft) return;
      // a run changes more often than a screen
      let isAwaited = false;
      const show = (): void => {
        isAwaited = false;
        if (!isLeft) seen.snapshot.value = run.snapshot();
      };
      unfollow = run.subscribe(({ status }) => {
        if (status !== seen.snapshot.peek().status) show();
        else if (!isAwaited) {
          isAwaited = true;
          setTimeout(show, SHOW_EVERY);
        }
      });
    },
    ask: (post) =>
      new Promise((resolve, reject) => {
        asked.set(++asks, { resolve, reject });
        post(asks);
      }),
    leave() {
      isLeft = true;
      unfollow();
      for (const { reject } of asked.values()) reject(new Error('Another experiment has begun.'));
    },
  };
}
