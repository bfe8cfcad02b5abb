import { checkFunction } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { Run } from './create-run.js';
import type { FromWorker } from './messages.js';
import { createCalls, createLine } from './line.js';
import { checkPort, listen, type RunPort } from './run-port.js';
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
  const store = createStore(idle());
  const line = createLine(port, from);
  const calls = createCalls();
  /** Why there is no run any more. */
  let gone: Error | undefined;
  let starting: Promise<RunSnapshot> | undefined;

  const change = (fields: Partial<RunSnapshot>): void => store.write(applyChanges(store.read(), { fields }));
  const lose = (error: Error, fields: Partial<RunSnapshot>): void => {
    if (gone !== undefined) return;
    gone = error;
    unlisten();
    change(fields);
    calls.endAll(error);
  };
  const fail = (error: Error): void => lose(error, { status: 'failed', error: describeError(error) });

  const message = (value: unknown): void => {
    const told = value as FromWorker;
    if (told.kind === 'serving') line.open();
    else if (told.to !== from) return;
    else if (told.kind === 'changed') store.write(applyChanges(store.read(), told.changes));
    else if (told.kind === 'not made') change({ status: 'failed', error: told.error });
    else if (told.kind === 'ended') calls.end(told.call, told.error && errorOf(told.error));
    else onMessage?.(told.message as never);
  };
  const unlisten = listen(port, {
    message,
    error: (cause) => {
      // a worker of the web lives on after an uncaught error, which the page reports
      if (typeof port.on === 'function' || !line.isOpen()) fail(workerLost(line.isOpen(), textOf(cause), cause));
    },
    end: (code) => fail(workerLost(line.isOpen(), code === undefined ? 'its end' : `its end, with code ${code}`)),
  });

  /** Asks for a start or a stop; resolves when the worker says that it has ended. */
  const ask = (kind: 'start' | 'stop'): Promise<void> => calls.begin((call) => line.post({ kind, call }));
  const forget = (): void => void (starting = undefined);
  const start = (): Promise<RunSnapshot> => ask('start').finally(forget).then(store.read);

  line.post({ kind: 'make', settings: plain }, transfer);
  line.send({ kind: 'hello' });
  return Object.freeze({
    snapshot: store.read,
    subscribe: store.subscribe,
    start: () => (gone === undefined ? (starting ??= start()) : Promise.reject(gone)),
    stop: async () => {
      // the error of a run that fails meanwhile is the one of `start`
      if (gone === undefined) await ask('stop').catch(() => undefined);
      return store.read();
    },
    post: (own: unknown, handedOver?: readonly object[]) => line.post({ kind: 'post', message: own }, handedOver),
    close: () => {
      line.send({ kind: 'close' });
      const { status } = store.read();
      const error = unusable('run.start', 'run', 'must be open', { seen: 'one that was closed' });
      lose(error, { status: status === 'running' ? 'stopped' : status });
    },
  }) as RemoteRun<N, K>;
}

/** What a page knows before the worker has told it anything. */
function idle(): RunSnapshot {
  return Object.freeze({ status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: Object.freeze([]) });
}

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

function workerLost(isOpen: boolean, seen: string, cause?: unknown): Error {
  const rule = isOpen ? 'must last as long as the run' : 'must lead to a worker that loads and calls serveRun';
  const fix = isOpen ? '' : 'Look at the address of its script, and at what it imports.';
  return Object.assign(unusable('connectRun', 'port', rule, { seen, fix }), { cause });
}

/** What an error, or the event of one, says; a script that cannot be fetched gives an event without a word. */
function textOf(cause: unknown): string {
  const { message } = (cause ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' && message !== '' ? message : 'an error without a message';
}
