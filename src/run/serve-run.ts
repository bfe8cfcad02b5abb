import { checkFunction } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';
import type { Run } from './create-run.js';
import type { Call, FromWorker, ToWorker } from './messages.js';
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
 * @param make - makes the run from the settings that the page posts, once for each connection; it may be async
 * @returns a function that stops the run and ends the service, as the page's `close` and a closed port do
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
export function serveRun<S, N extends string = string, K extends string = string>(
  port: RunPort,
  make: (settings: S, channel: RunChannel) => Run<N, K> | Promise<Run<N, K>>,
): () => void {
  checkPort('serveRun', port);
  checkFunction('serveRun', 'make', make);
  const post = (message: FromWorker): void => send(port, message);
  /** The page that had the run made. */
  let client: Client<N, K> | undefined;
  /** The previous page's run, until it is at rest. */
  let before: Promise<unknown> = Promise.resolve();

  /** The page has disconnected; another one may connect. */
  const leave = (): void => {
    before = client?.run.then((run) => run.stop()).catch(() => undefined) ?? before;
    client?.letGo();
    client = undefined;
    // a worker of Node ends when it stops listening
    if (typeof port.on === 'function') unlisten();
  };

  const makeFor = (to: string, settings: S): Client<N, K> => {
    const { channel, take } = createChannel(port, to);
    const run = before.then(() => make(settings, channel));
    const tellChanges = (changes: SnapshotChanges): void => {
      if (client?.to !== to) return;
      try {
        post({ to, kind: 'changed', changes });
      } catch (error) {
        post({ to, kind: 'broken', error: describeError(error) });
        leave();
      }
    };
    run.then(
      (made) => tell(made, tellChanges),
      (error: unknown) => post({ to, kind: 'not made', error: describeError(error) }),
    );
    return { to, run, take, letGo: holdLine(port, to, () => post({ to, kind: 'held' })) };
  };

  const message = (value: unknown): void => {
    const asked = value as ToWorker;
    const { kind, from } = asked;
    if (kind === 'hello') return post({ kind: 'serving' });
    if (kind === 'make') client ??= makeFor(from, asked.settings as S);
    if (client?.to !== from) return refuse(asked, post);
    if (kind === 'close') leave();
    else if (kind === 'post') client.take(asked.message);
    else if (asked.kind === 'start' || asked.kind === 'stop') answer(asked, client.run, post);
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
interface Client<N extends string, K extends string> {
  readonly to: string;
  readonly run: Promise<Run<N, K>>;
  /** Receives one of the page's own messages. */
  take(message: unknown): void;
  /** Lets the page notice the end of the connection. */
  letGo(): void;
}

/** The user's own messages between a worker and the page `to`; messages that arrive before there is a listener wait for it. */
function createChannel(port: RunPort, to: string): Pick<Client<string, string>, 'take'> & { channel: RunChannel } {
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

/** Posts the changes of each snapshot. */
function tell(run: Run, post: (changes: SnapshotChanges) => void): void {
  let before: RunSnapshot | undefined;
  run.subscribe((snapshot) => {
    post(changesBetween(before, snapshot));
    before = snapshot;
  });
}

/** Starts or stops a run, and reports to the page when that has ended. */
function answer({ kind, from: to, call, options }: Call, run: Promise<Run>, post: (message: FromWorker) => void): void {
  run
    .then((made) => made[kind](options))
    .then(
      () => post({ to, kind: 'ended', call }),
      (error: unknown) => post({ to, kind: 'ended', call, error: describeError(error) }),
    );
}

/** Tells a page that another page already uses the worker. */
function refuse(asked: ToWorker, post: (message: FromWorker) => void): void {
  const fix = 'Make a worker for each run, and connect to it once.';
  const error = describeError(
    unusable('connectRun', 'port', 'must be connected once', { seen: 'a second connection', fix }),
  );
  if (asked.kind === 'make') post({ to: asked.from, kind: 'not made', error });
  if (asked.kind === 'start' || asked.kind === 'stop') post({ to: asked.from, kind: 'ended', call: asked.call, error });
}
