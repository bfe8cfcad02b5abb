import { checkFunction, checkNumber } from '../tensor/plain-checks.js';
import { unusable } from '../tensor/errors.js';
import { optional, readOptions, type Rules } from '../tensor/options.js';
import type { Run } from './create-run.js';
import { createLine, type Line } from './line.js';
import { checkPort, copyOf, type RunPort } from './run-port.js';
import { describeError, errorOf, type RunSnapshot } from './snapshot.js';
import { applyChanges, type SnapshotChanges } from './snapshot-changes.js';
import { refusalOf, type StartOptions } from './start-options.js';
import { createStore } from './store.js';

/** Options of {@link connectRun}. */
export interface ConnectOptions {
  /** Plain data from which the worker makes the run, such as `RunSettings`. */
  readonly settings?: unknown;
  /** Objects in the settings that are transferred instead of copied: an `OffscreenCanvas`, a buffer. */
  readonly transfer?: readonly object[] | undefined;
  /** Called with each message that the worker posts through its {@link RunChannel}. */
  readonly onMessage?: ((message: never) => void) | undefined;
  /**
   * How long, in milliseconds, the worker may stay silent while it is waited for, and how long `make` may take without a message of its own;
   * 120,000 by default, because a slow phone needs long to compile shaders. After that the run has failed.
   */
  readonly timeout?: number | undefined;
}

/** The rules of {@link ConnectOptions}. */
const connectRules = {
  settings: optional,
  transfer: optional,
  onMessage: { is: checkFunction, default: undefined },
  // the longest time that timers support
  timeout: { is: checkNumber, default: 120_000, above: 0, most: 2 ** 31 - 1 },
} satisfies Rules<ConnectOptions>;

/** A run at the other end of a port. */
export interface RemoteRun<N extends string = string> extends Run<N> {
  /** Posts your own message to the worker, once it serves; objects in `transfer` are transferred, not copied. */
  post(message: unknown, transfer?: readonly object[]): void;
  /**
   * Ends the run and has the worker make another one, for example with another seed, without paying for another worker: the old run is
   * stopped and disposed, then `make` of {@link serveRun} gets the new settings. Subscriptions go on, and see the new run from its first
   * snapshot. A pending `start` of the old run resolves to that run's last snapshot; a `start` after this call starts the new one. Of
   * several calls in a row, the last one counts: runs that nobody waits for any more are not made.
   *
   * @param settings - plain data, as in {@link ConnectOptions}
   * @param transfer - objects in the settings that are transferred instead of copied
   * @returns the snapshot, once the new run is made, idle; rejects if the settings cannot be posted, and with the error of `make`, after
   *   which there is no run, the status is `failed`, and other settings may be tried; also rejects if `make` takes longer than `timeout`,
   *   which ends the connection
   */
  remake(settings: unknown, transfer?: readonly object[]): Promise<RunSnapshot<N>>;
  /** Stops the run and disconnects. A pending `start` rejects. A worker of Node then ends; end a web worker with its `terminate`. */
  close(): void;
}

/**
 * Connects to a run in a worker. The result has the interface of {@link createRun}'s; snapshots are frozen, and the same object
 * is returned until something changes.
 *
 * @param port - the connection to the worker: a `Worker` of the web or of `node:worker_threads`, or a `MessagePort`
 * @param options - see {@link ConnectOptions}
 * @returns the run, idle; `start` rejects with the name and message of the error that ends the run, and if the worker cannot be
 *   loaded, ends, or stays silent for longer than `timeout`
 * @throws TypeError if an argument is wrong, for example settings that cannot be posted
 * @example
 * ```ts
 * const { port1, port2 } = new MessageChannel(); // in a page: connectRun(new Worker(...), ...)
 * serveRun(port1, (settings: RunSettings) => createRun(trainer, source, settings));
 * const run = connectRun<VaeMetric>(port2, { settings: { epochs: 2 } });
 * run.subscribe(({ status, report }) => console.log(status, report?.metrics.elbo));
 * const { history } = await run.start();
 * console.log(history.length); // 2
 * run.close();
 * ```
 */
export function connectRun<N extends string = string>(port: RunPort, options: ConnectOptions = {}): RemoteRun<N> {
  checkPort('connectRun', port);
  const { settings, transfer, onMessage, timeout } = readOptions('connectRun', options, connectRules);
  const plain = copyOf('connectRun', 'settings', settings, transfer);
  const store = createStore(idle());
  /** Why the run no longer exists. */
  let gone: Error | undefined;

  const change = (changes: SnapshotChanges, before = store.read()): void => store.write(applyChanges(before, changes));
  const lose = (error: Error, fields: Partial<RunSnapshot>): void => {
    if (gone !== undefined) return;
    gone = error;
    change({ fields });
    line.end(error);
  };
  const fail = (error: Error): void => lose(error, { status: 'failed', error: describeError(error) });
  const line = createLine(port, {
    from: Math.random().toString(36).slice(2),
    timeout,
    fail,
    hear: (told) => {
      if (told.kind === 'changed') change(told.changes);
      else if (told.kind === 'made') change(told.changes, idle());
      else if (told.kind === 'not made') change({ fields: { status: 'failed', error: told.error } }, idle());
      else if (told.kind === 'broken') fail(errorOf(told.error));
      else onMessage?.(told.message as never);
    },
  });
  const starts = createStarts(line, store.read);

  // if it is not made, the snapshot says why
  line.call({ kind: 'make', settings: plain }, transfer).catch(() => undefined);
  return Object.freeze({
    snapshot: store.read,
    subscribe: store.subscribe,
    start: (asked: StartOptions = {}) => {
      const refused = gone ?? refusalOf(asked);
      return refused === undefined ? starts.begin(asked) : Promise.reject(refused);
    },
    stop: async () => {
      // if the run fails meanwhile, `start` reports the error
      if (gone === undefined) await line.call({ kind: 'stop' }).catch(() => undefined);
      return store.read();
    },
    post: (own: unknown, handedOver?: readonly object[]) => {
      // copied now, because it may change before it is posted
      const message = line.isOpen() ? own : copyOf('post', 'message', own, handedOver);
      line.post({ kind: 'post', message }, handedOver);
    },
    remake: async (other: unknown, handedOver?: readonly object[]) => {
      if (gone !== undefined) throw gone;
      const made = line.call({ kind: 'make', settings: copyOf('remake', 'settings', other, handedOver) }, handedOver);
      starts.leave();
      await made;
      return store.read();
    },
    close: () => {
      line.hangUp();
      const { status } = store.read();
      const error = unusable('run.start', 'run', 'must be open', { seen: 'one that was closed' });
      lose(error, { status: status === 'running' ? 'stopped' : status });
    },
  });
}

/** Starts over a line. */
function createStarts(line: Line, read: () => RunSnapshot) {
  let pending: Promise<RunSnapshot> | undefined;
  return {
    /** Starts the run; the same promise while a start of it is pending. */
    begin({ steps, players }: StartOptions): Promise<RunSnapshot> {
      if (pending !== undefined) return pending;
      const end = line
        .call({ kind: 'start', options: { steps, players } })
        .finally(() => {
          if (pending === end) pending = undefined;
        })
        .then(read);
      return (pending = end);
    },
    /** The next start is one of another run. */
    leave(): void {
      pending = undefined;
    },
  };
}

/** The snapshot before the worker has sent one. */
function idle(): RunSnapshot {
  return Object.freeze({ status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: Object.freeze([]) });
}
