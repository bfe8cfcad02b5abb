// One experiment in a worker, as signals.
import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import { connectRun, type RemoteRun, type RunSnapshot, type RunStatus } from 'tfjs-generative/run';
import type { Experiment, Live } from '../experiment/experiment.js';
import type { Pictures } from '../experiment/pictures.js';
import { createContinued } from '../training/continued.js';
import type { Frame, Measures, News, Order, Saved, Settings, Watched, Wish, Words } from '../training/messages.js';

/** Milliseconds between two changes of what the page says of a run: numbers that change more often cannot be read. */
const SHOW_EVERY = 200;

/** A run in a worker, and what is known of it. */
export interface Session {
  /** Its name among the runs that this browser keeps. */
  readonly name: string;
  readonly experiment: Experiment;
  /** Updates that were made before it was opened. */
  readonly stepsBefore: number;
  readonly snapshot: ReadonlySignal<RunSnapshot>;
  readonly frame: ReadonlySignal<Frame | undefined>;
  readonly measures: ReadonlySignal<readonly Measures[]>;
  /** The training points, once the worker has them. */
  readonly data: ReadonlySignal<Float32Array | undefined>;
  /** The training pictures, if pictures are learned. */
  readonly pictures: ReadonlySignal<Pictures | undefined>;
  /** The training words, if words are learned. */
  readonly words: ReadonlySignal<Words | undefined>;
  readonly parameters: ReadonlySignal<number | undefined>;
  /** How many threads are used, and why, once that was measured. */
  readonly threads: ReadonlySignal<string | undefined>;
  start(): void;
  /** Makes one update, of all players or only of these; resolves once it is made, or has failed. */
  step(players?: readonly string[]): Promise<unknown>;
  stop(): Promise<unknown>;
  watch(watched: Watched): void;
  /** Turns the controls; `isMoved` says whether the losses have come to depend on when that happened. */
  turn(live: Live, isMoved: boolean): void;
  /** A file that the worker makes. */
  ask(what: Wish): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends this session, and opens one of another experiment in the same worker. */
  next(experiment: Experiment, watched: Watched, name: string, saved?: Saved): Session;
  /** Ends the session and its worker. */
  close(): void;
}

/** Opens a session in a worker of its own; `saved` is a run of the same experiment, which goes on. */
export function openSession(experiment: Experiment, watched: Watched, name = '', saved?: Saved): Session {
  const worker = new Worker(new URL('../training/worker.ts', import.meta.url), { type: 'module' });
  let current: Desk | undefined;
  let count = 0;
  const settingsOf = (desk: Desk, now: Watched): Settings => ({
    experiment: desk.experiment,
    watched: now,
    saved: desk.saved,
    session: desk.id,
  });
  const open = (one: Experiment, now: Watched, called: string, past: Saved | undefined, run: RemoteRun): Session => {
    current?.leave();
    current = createDesk(one, ++count, past);
    const desk = current;
    // the snapshot is the old run's until the new one is made
    const made = count === 1 ? Promise.resolve() : run.remake(settingsOf(desk, now));
    made.then(
      () => desk.follow(run),
      () => desk.follow(run),
    );
    const order = (what: Order): void => run.post(what);
    return {
      ...desk.seen,
      name: called,
      experiment: one,
      stepsBefore: past?.steps ?? 0,
      // the reason for a failure is in the snapshot
      start: () => void run.start().catch(() => undefined),
      step: (players) => run.start({ steps: 1, players }).catch(() => undefined),
      stop: () => run.stop(),
      watch: (what) => order({ kind: 'watch', watched: what }),
      turn: (live, isMoved) => order({ kind: 'live', live, isMoved }),
      ask: (what) => desk.ask((ask) => order({ kind: 'ask', ask, what })),
      next: (other, what, as, from) => open(other, what, as, from, run),
      close: () => {
        desk.leave();
        run.close();
        worker.terminate();
      },
    };
  };

  const first = createDesk(experiment, 1, saved);
  const run = connectRun(worker, {
    settings: settingsOf(first, watched),
    // what is still under way from an earlier session is nobody's
    onMessage: (news: News) => current !== undefined && news.session === current.id && current.hear(news),
  });
  return open(experiment, watched, name, saved, run);
}

/** Waits until a session has loaded; resolves to what went wrong, or undefined. */
export async function whenReady({ parameters, snapshot }: Session): Promise<string | undefined> {
  let end = (): void => undefined;
  const failure = await new Promise<string | undefined>((resolve) => {
    end = effect(() => {
      const { status, error } = snapshot.value;
      if (status === 'failed') resolve(error?.message ?? 'it failed');
      else if (parameters.value !== undefined) resolve(undefined);
    });
  });
  end();
  return failure;
}

/** The signals of a session, and who writes them. */
interface Desk {
  readonly id: number;
  readonly experiment: Experiment;
  readonly saved: Saved | undefined;
  readonly seen: {
    readonly snapshot: Signal<RunSnapshot>;
    readonly frame: Signal<Frame | undefined>;
    readonly measures: Signal<readonly Measures[]>;
    readonly data: Signal<Float32Array | undefined>;
    readonly pictures: Signal<Pictures | undefined>;
    readonly words: Signal<Words | undefined>;
    readonly parameters: Signal<number | undefined>;
    readonly threads: Signal<string | undefined>;
  };
  hear(news: News): void;
  follow(run: RemoteRun): void;
  ask(post: (ask: number) => void): Promise<Uint8Array<ArrayBuffer>>;
  leave(): void;
}

const idle: RunSnapshot = { status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: [] };

function createDesk(experiment: Experiment, id: number, saved: Saved | undefined): Desk {
  const continued = createContinued(saved?.history ?? [], saved?.steps ?? 0);
  const seen: Desk['seen'] = {
    snapshot: signal(continued(idle)),
    frame: signal(undefined),
    measures: signal([]),
    data: signal(undefined),
    pictures: signal(undefined),
    words: signal(undefined),
    parameters: signal(undefined),
    threads: signal(undefined),
  };
  const requests = new Map<number, { resolve(bytes: Uint8Array<ArrayBuffer>): void; reject(error: Error): void }>();
  let asks = 0;
  let isLeft = false;
  let unfollow = (): void => undefined;

  return {
    id,
    experiment,
    saved,
    seen,
    hear(news) {
      if (news.kind === 'frame') seen.frame.value = news.frame;
      else if (news.kind === 'threads') seen.threads.value = news.text;
      else if (news.kind === 'measures') seen.measures.value = [...seen.measures.value, news.measures];
      else if (news.kind === 'ready') {
        seen.data.value = news.data;
        seen.pictures.value = news.pictures;
        seen.words.value = news.words;
        seen.parameters.value = news.parameters;
      } else {
        const { ask, bytes, error } = news;
        if (bytes === undefined) requests.get(ask)?.reject(new Error(error));
        else requests.get(ask)?.resolve(bytes as Uint8Array<ArrayBuffer>);
        requests.delete(ask);
      }
    },
    follow(run) {
      if (isLeft) return;
      // a run changes more often than a screen
      let isAwaited = false;
      const show = (): void => {
        isAwaited = false;
        if (!isLeft) seen.snapshot.value = continued(run.snapshot());
      };
      let before: RunStatus | undefined;
      let isBegun = false;
      unfollow = run.subscribe(({ status, step }) => {
        // the first update is shown at once, as is a change of the status
        const isOther = status !== before || step > 0 !== isBegun;
        [before, isBegun] = [status, step > 0];
        if (isOther) show();
        else if (!isAwaited) {
          isAwaited = true;
          setTimeout(show, SHOW_EVERY);
        }
      });
    },
    ask: (post) =>
      new Promise((resolve, reject) => {
        requests.set(++asks, { resolve, reject });
        post(asks);
      }),
    leave() {
      isLeft = true;
      unfollow();
      for (const { reject } of requests.values()) reject(new Error('Another experiment has begun.'));
    },
  };
}
