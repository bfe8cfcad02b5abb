import { checkFunction } from '../tensor/plain-checks.js';
import { unusable } from '../tensor/errors.js';
import type { Asked, FromWorker, ToWorker } from './messages.js';
import { createPageRun, type PageRun, type ServedRun } from './page-run.js';
import { checkPort, holdLine, listen, send, type RunPort } from './run-port.js';
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
 * Serves a run from a worker. A page has it made with {@link connectRun}, and starts, stops and watches it there.
 *
 * Only changes are posted: each report once, and never the whole history again.
 *
 * @param port - the connection to the page: `self` in a Web Worker, `parentPort` of `node:worker_threads`, or a `MessagePort`
 * @param make - makes the run from the settings that the page posts, at first and in each `remake`; it may be async. It is called once the previous
 *   run is stopped and disposed: give the run a `dispose` for what it leaves, `{ ...createRun(...), dispose: () => trainer.dispose() }`
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
  const post = (message: FromWorker): void => send(port, message);
  /** The page that had the run made. */
  let client: Client | undefined;
  /** The previous run, until it is at rest and disposed. */
  let before: Promise<unknown> = Promise.resolve();

  /** The page has disconnected; another one may connect. */
  const leave = (): void => {
    before = client?.run.end() ?? before;
    client?.letGo();
    client = undefined;
    // a worker of Node ends when it stops listening
    if (typeof port.on === 'function') unlisten();
  };

  /** Makes a run after the one that the page has. */
  const makeFor = (to: string, settings: S): Promise<unknown> => {
    before = client?.run.end() ?? before;
    const { channel, take } = createChannel(port, to);
    const hear = hearChanges((kind, changes) => {
      if (client?.to !== to) return;
      try {
        post({ to, kind, changes });
      } catch (error) {
        post({ to, kind: 'broken', error: describeError(error) });
        leave();
      }
    });
    const run = createPageRun(before, () => make(settings, channel), hear);
    run.made.catch((error: unknown) => {
      if (client?.run === run) post({ to, kind: 'not made', error: describeError(error) });
    });
    client = { to, run, take, letGo: client?.letGo ?? holdLine(port, to, () => post({ to, kind: 'held' })) };
    return run.made;
  };

  const message = (value: unknown): void => {
    const asked = value as ToWorker;
    const { kind, from } = asked;
    if (kind === 'hello') return post({ kind: 'serving' });
    if (client !== undefined && client.to !== from) return refuse(asked, post);
    if (kind === 'make') return answer(asked, makeFor(from, asked.settings as S), post);
    if (client === undefined) return refuse(asked, post);
    if (kind === 'close') leave();
    else if (kind === 'post') client.take(asked.message);
    else answer(asked, client.run.call(asked), post);
  };

  const unlisten = listen(port, { message, end: () => end() });
  const end = (): void => {
    unlisten();
    leave();
  };
  post({ kind: 'serving' });
  return end;
}

/** A page with its run. */
interface Client {
  readonly to: string;
  readonly run: PageRun;
  /** Receives one of the page's own messages. */
  take(message: unknown): void;
  /** Lets the page notice the end of the connection. */
  letGo(): void;
}

/** The user's own messages between a worker and the page `to`; messages that arrive before there is a listener wait for it. */
function createChannel(port: RunPort, to: string): Pick<Client, 'take'> & { channel: RunChannel } {
  const listeners: ((message: never) => void)[] = [];
  let early: unknown[] = [];
  return {
    channel: {
      post: (message, transfer) => send(port, { to, kind: 'post', message } satisfies FromWorker, transfer),
      onMessage(listener) {
        listeners.push(listener);
        const missed = early;
        early = [];
        for (const message of missed) listener(message as never);
      },
    },
    take(message) {
      if (listeners.length === 0) early.push(message);
      for (const listener of [...listeners]) listener(message as never);
    },
  };
}

/** Listens to the snapshots of a run for what is new in each. */
function hearChanges(hear: (kind: 'made' | 'changed', changes: SnapshotChanges) => void) {
  let before: RunSnapshot | undefined;
  return (snapshot: RunSnapshot): void => {
    hear(before === undefined ? 'made' : 'changed', changesBetween(before, snapshot));
    before = snapshot;
  };
}

/** Reports the end of a call to the page. */
function answer({ from: to, call }: Asked, end: Promise<unknown>, post: (message: FromWorker) => void): void {
  end.then(
    () => post({ to, kind: 'ended', call }),
    (error: unknown) => post({ to, kind: 'ended', call, error: describeError(error) }),
  );
}

/** Tells a page that another page already uses the worker. */
function refuse(asked: ToWorker, post: (message: FromWorker) => void): void {
  const fix = 'Give other settings to `remake`, or make a worker for each run.';
  const error = describeError(
    unusable('connectRun', 'port', 'must be connected once', { seen: 'a second connection', fix }),
  );
  const { kind, from: to } = asked;
  if (kind === 'make') post({ to, kind: 'not made', error });
  if (kind === 'make' || kind === 'start' || kind === 'stop') post({ to, kind: 'ended', call: asked.call, error });
}
