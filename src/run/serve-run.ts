import { checkFunction } from '../tensor/plain-checks.js';
import { unusable } from '../tensor/errors.js';
import type { PostedCall, FromWorker, ToWorker } from './messages.js';
import { createPageRun, type PageRun, type ServedRun } from './page-run.js';
import { checkPort, holdLock, listen, postMessage, type RunPort } from './run-port.js';
import { describeError, type RunSnapshot } from './snapshot.js';
import { changesBetween, type SnapshotChanges } from './snapshot-changes.js';

/** Your own messages next to a run: pictures, a canvas, a change of what is drawn. */
export interface RunChannel {
  /** Posts a message to the other side; objects in `transfer` are transferred, not copied. */
  post(message: unknown, transfer?: readonly object[]): void;
  /** Calls the listener with each message that the other side posts. */
  onMessage(listener: (message: never) => void): void;
}

/**
 * Serves a run from a worker. A page requests it with {@link connectRun}, and starts, stops and watches it there.
 *
 * Only changes are posted: each report once, and never the whole history again.
 *
 * @param port - the connection to the page: `self` in a Web Worker, `parentPort` of `node:worker_threads`, or a `MessagePort`
 * @param make - makes the run from the settings that the page posts, at first and in each `remake`; it may be async. It is called after the
 *   previous run was stopped and disposed: add a `dispose` that frees its trainer, `{ ...createRun(...), dispose: () => trainer.dispose() }`
 * @returns a function that stops and disposes the run and ends the service, as the page's `close` and a closed port do
 * @throws TypeError if an argument is wrong
 * @example
 * ```ts
 * const { port1, port2 } = new MessageChannel(); // in a worker: serveRun(self, ...)
 * serveRun(port1, (settings: RunSettings) => createRun(trainer, source, settings));
 * const run = connectRun(port2, { settings: { epochs: 2 } });
 * const { status, step } = await run.start();
 * console.log(status, step); // finished 8
 * run.close();
 * ```
 */
export function serveRun<S, N extends string = string>(
  port: RunPort,
  make: (settings: S, channel: RunChannel) => ServedRun<N> | Promise<ServedRun<N>>,
): () => void {
  checkPort('serveRun', port);
  checkFunction('serveRun', 'make', make);
  const post = (message: FromWorker): void => postMessage(port, message);
  /** The connected page. */
  let client: Client | undefined;
  /** Resolves once the previous run is disposed. */
  let previousEnd: Promise<unknown> = Promise.resolve();

  /** Disconnects the page; another one may connect. */
  const disconnect = (): void => {
    previousEnd = client?.run.end() ?? previousEnd;
    client?.releaseLock();
    client = undefined;
    // a worker of Node ends when it stops listening
    if (typeof port.on === 'function') unlisten();
  };

  /** Ends the page's run, then makes another one. */
  const makeRun = (to: string, settings: S): Promise<unknown> => {
    previousEnd = client?.run.end() ?? previousEnd;
    const { channel, receive } = createChannel(port, to);
    const onSnapshot = changesOf((kind, changes) => {
      if (client?.to !== to) return;
      try {
        post({ to, kind, changes });
      } catch (error) {
        post({ to, kind: 'failed', error: describeError(error) });
        disconnect();
      }
    });
    const run = createPageRun(previousEnd, () => make(settings, channel), onSnapshot);
    run.made.catch((error: unknown) => {
      if (client?.run === run) post({ to, kind: 'not made', error: describeError(error) });
    });
    const releaseLock = client?.releaseLock ?? holdLock(port, to, () => post({ to, kind: 'locked' }));
    client = { to, run, receive, releaseLock };
    return run.made;
  };

  const message = (value: unknown): void => {
    const request = value as ToWorker;
    const { kind, from } = request;
    if (kind === 'hello') return post({ kind: 'serving' });
    if (client !== undefined && client.to !== from) return rejectPage(request, post);
    if (kind === 'make') return answer(request, makeRun(from, request.settings as S), post);
    if (client === undefined) return rejectPage(request, post);
    if (kind === 'close') disconnect();
    else if (kind === 'post') client.receive(request.message);
    else answer(request, client.run.call(request), post);
  };

  const unlisten = listen(port, { message, end: () => end() });
  const end = (): void => {
    unlisten();
    disconnect();
  };
  post({ kind: 'serving' });
  return end;
}

/** A page with its run. */
interface Client {
  readonly to: string;
  readonly run: PageRun;
  /** Receives one of the page's own messages. */
  receive(message: unknown): void;
  /** Lets the page notice the end of the connection. */
  releaseLock(): void;
}

/** The user's own messages between a worker and the page `to`; messages that arrive before there is a listener are kept for it. */
function createChannel(port: RunPort, to: string): Pick<Client, 'receive'> & { channel: RunChannel } {
  const listeners: ((message: never) => void)[] = [];
  let early: unknown[] = [];
  return {
    channel: {
      post: (message, transfer) => postMessage(port, { to, kind: 'post', message } satisfies FromWorker, transfer),
      onMessage(listener) {
        listeners.push(listener);
        const missed = early;
        early = [];
        for (const message of missed) listener(message as never);
      },
    },
    receive(message) {
      if (listeners.length === 0) early.push(message);
      for (const listener of [...listeners]) listener(message as never);
    },
  };
}

/** Turns a listener of changes into one of snapshots. */
function changesOf(onChange: (kind: 'made' | 'changed', changes: SnapshotChanges) => void) {
  let before: RunSnapshot | undefined;
  return (snapshot: RunSnapshot): void => {
    onChange(before === undefined ? 'made' : 'changed', changesBetween(before, snapshot));
    before = snapshot;
  };
}

/** Reports the end of a call to the page. */
function answer({ from: to, call }: PostedCall, end: Promise<unknown>, post: (message: FromWorker) => void): void {
  end.then(
    () => post({ to, kind: 'ended', call }),
    (error: unknown) => post({ to, kind: 'ended', call, error: describeError(error) }),
  );
}

/** Reports to a page that another page already uses the worker. */
function rejectPage(request: ToWorker, post: (message: FromWorker) => void): void {
  const fix = 'Give other settings to `remake`, or make a worker for each run.';
  const error = describeError(
    unusable('connectRun', 'port', 'must be connected once', { seen: 'a second connection', fix }),
  );
  const { kind, from: to } = request;
  if (kind === 'make') post({ to, kind: 'not made', error });
  if (kind === 'make' || kind === 'start' || kind === 'stop') post({ to, kind: 'ended', call: request.call, error });
}
