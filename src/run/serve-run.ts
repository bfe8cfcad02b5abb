import { checkFunction } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';
import type { Run } from './create-run.js';
import type { FromWorker, ToWorker } from './messages.js';
import { checkPort, listen, send, type RunPort } from './run-port.js';
import { describeError, type RunSnapshot } from './snapshot.js';
import { changesBetween } from './snapshot-changes.js';

/** Messages of your own beside a run: pictures, a canvas, a change of what is drawn. */
export interface RunChannel {
  /** Posts a message to the other side; what is in `transfer` is handed over, not copied. */
  post(message: unknown, transfer?: readonly object[]): void;
  /** Calls the listener with each message that the other side posts. */
  onMessage(listener: (message: never) => void): void;
}

/**
 * Serves a run from a worker: the page has it made by {@link connectRun}, and starts, stops and watches it there.
 *
 * Only what is new in a snapshot is posted: a report once, and never the history again.
 *
 * @param port - the way to the page: `self` in a Web Worker, `parentPort` of `node:worker_threads`, or a `MessagePort`
 * @param make - makes the run from the settings that the page posts, once; it may be async
 * @returns a function that stops the run and ends the service, as `close` of the page does, and a port that is closed
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
  const inbox = createInbox();
  /** The page that had the run made. */
  let client: { readonly to: string; readonly run: Promise<Run<N, K>> } | undefined;
  const post = (message: FromWorker, transfer?: readonly object[]): void => send(port, message, transfer);

  const makeFor = (to: string, settings: unknown): Promise<Run<N, K>> => {
    const channel: RunChannel = {
      post: (message, transfer) => post({ to, kind: 'post', message }, transfer),
      onMessage: inbox.onMessage,
    };
    const run = Promise.resolve().then(() => make(settings as S, channel));
    run.then(
      (made) => tell(made, (changes) => post({ to, kind: 'changed', changes })),
      (error: unknown) => post({ to, kind: 'not made', error: describeError(error) }),
    );
    return run;
  };

  const answer = (to: string, call: number, work: Promise<unknown> | undefined): void => {
    work?.then(
      () => post({ to, kind: 'ended', call }),
      (error: unknown) => post({ to, kind: 'ended', call, error: describeError(error) }),
    );
  };

  const message = (value: unknown): void => {
    const asked = value as ToWorker;
    const { kind, from } = asked;
    if (kind === 'hello') return post({ kind: 'serving' });
    if (client !== undefined && client.to !== from) return refuse(asked);
    if (kind === 'close') return end();
    if (kind === 'make') client ??= { to: from, run: makeFor(from, asked.settings) };
    if (kind === 'start' || kind === 'stop')
      answer(
        from,
        asked.call,
        client?.run.then((run) => run[kind]()),
      );
    if (kind === 'post') inbox.take(asked.message);
  };

  const refuse = (asked: ToWorker): void => {
    const error = describeError(madeAlready());
    if (asked.kind === 'make') post({ to: asked.from, kind: 'not made', error });
    if (asked.kind === 'start' || asked.kind === 'stop')
      post({ to: asked.from, kind: 'ended', call: asked.call, error });
  };

  const unlisten = listen(port, { message, end: () => end() });
  const end = (): void => {
    unlisten();
    client?.run.then((run) => run.stop()).catch(() => undefined);
  };
  post({ kind: 'serving' });
  return end;
}

/** Messages for listeners; those that come before there is one wait for it. */
function createInbox() {
  const listeners: ((message: never) => void)[] = [];
  let early: unknown[] = [];
  return {
    onMessage(listener: (message: never) => void): void {
      listeners.push(listener);
      const missed = early;
      early = [];
      for (const message of missed) listener(message as never);
    },
    take(message: unknown): void {
      if (listeners.length === 0) early.push(message);
      for (const listener of [...listeners]) listener(message as never);
    },
  };
}

/** Tells what is new in each snapshot. */
function tell(run: Run, post: (changes: ReturnType<typeof changesBetween>) => void): void {
  let before: RunSnapshot | undefined;
  run.subscribe((snapshot) => {
    post(changesBetween(before, snapshot));
    before = snapshot;
  });
}

function madeAlready(): Error {
  const fix = 'Make a worker for each run, and connect to it once.';
  return unusable('connectRun', 'port', 'must be connected once', { seen: 'a second connection', fix });
}
