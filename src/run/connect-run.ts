import { checkFunction, checkNumber } from '../tensor/plain-checks.js';
import { unusable } from '../tensor/errors.js';
import { optional, readOptions, type Rules } from '../tensor/options.js';
import type { Run } from './create-run.js';
import { createConnection } from './connection.js';
import { checkPort, copyOf, type RunPort } from './run-port.js';
import { describeError, errorOf, type RunSnapshot } from './snapshot.js';
import { applyChanges, type SnapshotChanges } from './snapshot-changes.js';
import { startError, type StartOptions } from './start-options.js';
import { createStore } from './store.js';

/** Options of {@link connectRun}. */
export interface ConnectOptions {
  /** Plain data for the worker's `make`, such as `RunSettings`; undefined by default. */
  readonly settings?: unknown;
  /** Objects in the settings that are transferred instead of copied: an `OffscreenCanvas`, a buffer. None by default. */
  readonly transfer?: readonly object[] | undefined;
  /** Called with each message that the worker posts through its {@link RunChannel}. */
  readonly onMessage?: ((message: never) => void) | undefined;
  /**
   * The longest time, in milliseconds, that the worker may stay silent while the page waits for it, and that `make` may take without
   * posting a message; the run then fails. 120,000 by default, because a slow phone needs long to compile shaders.
   */
  readonly timeout?: number | undefined;
}

/** The rules of {@link ConnectOptions}. */
const connectRules = {
  settings: optional,
  transfer: optional,
  onMessage: { is: checkFunction, default: undefined },
  // the longest time that timers support
  timeout: { is: checkNumber, default: 120_000, above: 0, most: 0x7fff_ffff },
} satisfies Rules<ConnectOptions>;

/** A run at the other end of a port. */
export interface RemoteRun<N extends string = string> extends Run<N> {
  /** Posts your own message to the worker, once it serves; objects in `transfer` are transferred, not copied. */
  post(message: unknown, transfer?: readonly object[]): void;
  /**
   * Replaces the run by another one in the same worker, for example with another seed: the old run is stopped and disposed, then
   * `make` of {@link serveRun} gets the new settings. Subscriptions stay, and receive the new run's snapshots from its first one. A
   * pending `start` of the old run resolves to that run's last snapshot; a later `start` starts the new one. After several calls in a
   * row, only the last run is made.
   *
   * @param settings - plain data, as in {@link ConnectOptions}
   * @param transfer - objects in the settings that are transferred instead of copied
   * @returns the snapshot of the new run, which is idle. It rejects if the settings cannot be posted; with the error of `make`, after
   *   which the status is `failed` and you can try other settings; and if `make` takes longer than `timeout`, which ends the connection
   */
  remake(settings: unknown, transfer?: readonly object[]): Promise<RunSnapshot<N>>;
  /** Stops the run and disconnects. A pending `start` rejects. A Node worker then ends; end a web worker with its `terminate`. */
  close(): void;
}

/**
 * Connects to a run in a worker. The result has the interface of {@link createRun}'s; snapshots are frozen, and the same object
 * is returned until something changes.
 *
 * @param port - the connection to the worker: a `Worker` of the web or of `node:worker_threads`, or a `MessagePort`
 * @param options - see {@link ConnectOptions}
 * @returns the run, which is idle; `start` rejects with the name and message of the error that ends the run, or if the worker cannot
 *   be loaded, ends, or stays silent for longer than `timeout`
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
  /** Why the connection ended. */
  let lost: Error | undefined;

  const change = (changes: SnapshotChanges, before = store.read()): void => store.write(applyChanges(before, changes));
  const lose = (error: Error, fields: Partial<RunSnapshot>): void => {
    if (lost !== undefined) return;
    lost = error;
    change({ fields });
    connection.end(error);
  };
  const fail = (error: Error): void => lose(error, { status: 'failed', error: describeError(error) });
  const connection = createConnection(port, {
    from: Math.random().toString(36).slice(2),
    timeout,
    fail,
    receive: (message) => {
      if (message.kind === 'changed') change(message.changes);
      else if (message.kind === 'made') change(message.changes, idle());
      else if (message.kind === 'not made') change({ fields: { status: 'failed', error: message.error } }, idle());
      else if (message.kind === 'failed') fail(errorOf(message.error));
      else onMessage?.(message.message as never);
    },
  });

  const starts = createPending(({ steps, players }: StartOptions) =>
    connection.call({ kind: 'start', options: { steps, players } }).then(store.read),
  );

  // if the run is not made, the snapshot says why
  connection.call({ kind: 'make', settings: plain }, transfer).catch(() => undefined);
  return Object.freeze({
    snapshot: store.read,
    subscribe: store.subscribe,
    start: (startOptions: StartOptions = {}) => {
      const error = lost ?? startError(startOptions);
      return error === undefined ? starts.join(startOptions) : Promise.reject(error);
    },
    stop: async () => {
      // if the run fails meanwhile, `start` reports the error
      if (lost === undefined) await connection.call({ kind: 'stop' }).catch(() => undefined);
      return store.read();
    },
    post: (message: unknown, moved?: readonly object[]) => {
      // copied now, because it may change before it is posted
      const posted = connection.isOpen() ? message : copyOf('post', 'message', message, moved);
      connection.post({ kind: 'post', message: posted }, moved);
    },
    remake: async (other: unknown, moved?: readonly object[]) => {
      if (lost !== undefined) throw lost;
      const made = connection.call({ kind: 'make', settings: copyOf('remake', 'settings', other, moved) }, moved);
      starts.leave();
      await made;
      return store.read();
    },
    close: () => {
      connection.post({ kind: 'close' });
      const { status } = store.read();
      const error = unusable('run.start', 'run', 'must be open', { seen: 'one that was closed' });
      lose(error, { status: status === 'running' ? 'stopped' : status });
    },
  });
}

/** Makes a function that returns the same promise while it is pending; `leave` lets the next call begin a new one. */
function createPending<A, T>(begin: (options: A) => Promise<T>) {
  let pending: Promise<T> | undefined;
  return {
    join(options: A): Promise<T> {
      if (pending !== undefined) return pending;
      const end = begin(options).finally(() => {
        if (pending === end) pending = undefined;
      });
      return (pending = end);
    },
    leave: () => (pending = undefined),
  };
}

/** The snapshot before the worker has sent one. */
function idle(): RunSnapshot {
  return Object.freeze({ status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: Object.freeze([]) });
}
