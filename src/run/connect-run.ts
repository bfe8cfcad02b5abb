import { checkFunction } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { Run } from './create-run.js';
import type { FromWorker, ToWorker } from './messages.js';
import { checkPort, listen, send, type RunPort } from './run-port.js';
import { describeError, type RunError, type RunSnapshot } from './snapshot.js';
import { applyChanges } from './snapshot-changes.js';
import { createStore } from './store.js';

/** Options of {@link connectRun}. */
export interface ConnectOptions {
  /** What the worker makes the run from: plain data, such as `RunSettings`. */
  readonly settings?: unknown;
  /** What of the settings is handed over, not copied: an `OffscreenCanvas`, a buffer. */
  readonly transfer?: readonly object[] | undefined;
  /** Called with each message that the worker posts by its {@link RunChannel}. */
  readonly onMessage?: ((message: never) => void) | undefined;
}

/** A run on the other side of a port. */
export interface RemoteRun<N extends string = string, K extends string = string> extends Run<N, K> {
  /** Posts a message of yours to the worker, once it serves; what is in `transfer` is handed over, not copied. */
  post(message: unknown, transfer?: readonly object[]): void;
  /** Stops the run and hangs up. A call of `start` that waits rejects. A worker of Node ends, one of the web by its `terminate`. */
  close(): void;
}

/**
 * Connects to a run in a worker: the same face as that of {@link createRun}, with snapshots that are frozen and the same object
 * until something changes.
 *
 * @param port - the way to the worker: a `Worker` of the web or of `node:worker_threads`, or a `MessagePort`
 * @param options - see {@link ConnectOptions}
 * @returns the run, idle; `start` rejects with the error that ends the run, by name and message, and if the worker cannot be loaded or
 *   ends
 * @throws TypeError if an argument is wrong, as settings that cannot be posted are
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
export function connectRun<N extends string = string, K extends string = string>(
  port: RunPort,
  options: ConnectOptions = {},
): RemoteRun<N, K> {
  checkPort('connectRun', port);
  const { settings, transfer, onMessage } = readOptions('connectRun', options, 'settings transfer onMessage');
  if (onMessage !== undefined) checkFunction('connectRun', 'onMessage', onMessage);
  const plain = copyOf(settings, transfer);
  const from = Math.random().toString(36).slice(2);
  const store = createStore<RunSnapshot>(
    Object.freeze({ status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: Object.freeze([]) }),
  );
  /** What waits for the worker to serve. */
  let outbox: (() => void)[] | undefined = [];
  /** Why there is no run any more. */
  let gone: Error | undefined;
  let starting: Promise<RunSnapshot> | undefined;
  let calls = 0;
  const waiting = new Map<number, (error?: Error) => void>();

  const post = (message: DistributiveOmit<ToWorker, 'from'>, handedOver?: readonly object[]): void => {
    const go = (): void => send(port, { ...message, from }, handedOver);
    if (outbox === undefined) go();
    else outbox.push(go);
  };
  const change = (fields: Partial<RunSnapshot>): void => store.write(applyChanges(store.read(), { fields }));
  const lose = (error: Error, fields: Partial<RunSnapshot>): void => {
    if (gone !== undefined) return;
    gone = error;
    unlisten();
    change(fields);
    waiting.forEach((end) => end(error));
  };
  const fail = (error: Error): void => lose(error, { status: 'failed', error: describeError(error) });

  const message = (value: unknown): void => {
    const told = value as FromWorker;
    if (told.kind === 'serving') {
      const held = outbox ?? [];
      outbox = undefined;
      held.forEach((go) => go());
    } else if (told.to !== from) return;
    else if (told.kind === 'changed') store.write(applyChanges(store.read(), told.changes));
    else if (told.kind === 'not made') change({ status: 'failed', error: told.error });
    else if (told.kind === 'ended') waiting.get(told.call)?.(told.error && errorOf(told.error));
    else onMessage?.(told.message as never);
  };
  const unlisten = listen(port, {
    message,
    error: (cause) => {
      // a worker of the web lives on after an uncaught error, which the page reports
      if (typeof port.on === 'function' || outbox !== undefined)
        fail(workerLost(outbox !== undefined, textOf(cause), cause));
    },
    end: (code) =>
      fail(workerLost(outbox !== undefined, code === undefined ? 'its end' : `its end, with code ${String(code)}`)),
  });

  /** Asks for a start or a stop; resolves when the worker says that it has ended. */
  const ask = (kind: 'start' | 'stop'): Promise<RunSnapshot> =>
    new Promise((resolve, reject) => {
      const call = ++calls;
      waiting.set(call, (error) => {
        waiting.delete(call);
        if (kind === 'start') starting = undefined;
        if (error === undefined || kind === 'stop') resolve(store.read());
        else reject(error);
      });
      post({ kind, call });
    });

  post({ kind: 'make', settings: plain }, transfer);
  send(port, { kind: 'hello', from } satisfies ToWorker);
  return Object.freeze({
    snapshot: store.read,
    subscribe: store.subscribe,
    start: () => (gone === undefined ? (starting ??= ask('start')) : Promise.reject(gone)),
    stop: async () => (gone === undefined ? ask('stop') : store.read()),
    post: (own: unknown, handedOver?: readonly object[]) => post({ kind: 'post', message: own }, handedOver),
    close: () => {
      send(port, { kind: 'close', from } satisfies ToWorker);
      const { status } = store.read();
      const error = unusable('run.start', 'run', 'must be open', { seen: 'one that was closed' });
      lose(error, { status: status === 'running' ? 'stopped' : status });
    },
  }) as RemoteRun<N, K>;
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** The settings as they are now; throws unless they can be posted. What is handed over stays in them. */
function copyOf(settings: unknown, transfer: readonly object[] = []): unknown {
  if (transfer.length > 0) return settings;
  try {
    return structuredClone(settings);
  } catch (cause) {
    const fix = 'Post numbers and names, and make the rest in the worker.';
    const error = wrongKind('connectRun', 'settings', 'must be plain data', { seen: textOf(cause), fix });
    throw Object.assign(error, { cause });
  }
}

/** An error with the name and sentence of one in the worker. */
function errorOf({ name, message }: RunError): Error {
  const kinds: Readonly<Record<string, ErrorConstructor>> = { TypeError, RangeError, ShapeError: RangeError };
  const error = new (kinds[name] ?? Error)(message);
  return Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
}

function workerLost(isEarly: boolean, seen: string, cause?: unknown): Error {
  const rule = isEarly ? 'must lead to a worker that loads and calls serveRun' : 'must last as long as the run';
  const fix = isEarly ? 'Look at the address of its script, and at what it imports.' : '';
  return Object.assign(unusable('connectRun', 'port', rule, { seen, fix }), { cause });
}

/** What an error, or the event of one, says; a script that cannot be fetched gives an event without a word. */
function textOf(cause: unknown): string {
  const { message } = (cause ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' && message !== '' ? message : 'an error without a message';
}
