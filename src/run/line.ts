import { unusable } from '../tensor/errors.js';
import type { Call, FromWorker, ToWorker } from './messages.js';
import { createPatience } from './patience.js';
import { lineLock, listen, send, textOf, type RunPort } from './run-port.js';
import { errorOf } from './snapshot.js';

/** A message without the id of its connection. */
type Unsigned<T> = T extends unknown ? Omit<T, 'from'> : never;

/** The connection from a page to a worker, which may not be listening yet. */
export interface Line {
  /** Posts a message as soon as the line is open. */
  post(message: Unsigned<ToWorker>, transfer?: readonly object[]): void;
  /** Makes a call; resolves when the worker reports its end. */
  call(asked: Call, transfer?: readonly object[]): Promise<void>;
  /** Whether the worker is serving. */
  isOpen(): boolean;
  /** Posts that the page disconnects. */
  hangUp(): void;
  /** Stops listening; pending calls reject. */
  end(error: Error): void;
}

/** What a line needs. */
interface LineOptions {
  /** The id of the connection. */
  readonly from: string;
  /** How long, in milliseconds, the worker may stay silent while it is waited for. */
  readonly timeout: number;
  /** Receives every message that the line does not handle itself. */
  hear(told: Exclude<FromWorker, { readonly kind: 'serving' | 'held' | 'ended' }>): void;
  /** Called if the worker cannot be reached, or no longer. */
  fail(error: Error): void;
}

/** Makes a line that is not open yet. */
export function createLine(port: RunPort, { from, timeout, hear, fail }: LineOptions): Line {
  let held: (() => void)[] | undefined = [];
  const calls = createCalls();
  const sendSigned = (message: Unsigned<ToWorker>, transfer?: readonly object[]): void =>
    send(port, { ...message, from }, transfer);
  const hello = (): void => sendSigned({ kind: 'hello' });
  const lose = (seen: string, cause?: unknown): void => fail(workerLost(held === undefined, seen, cause));
  /** Whether the worker has been asked for a run that it has not made yet. */
  const isMaking = (): boolean => held === undefined && calls.areWaiting('make');
  const patience = createPatience(timeout, hello, () => {
    const seconds = `${timeout / 1000} seconds`;
    if (isMaking()) fail(notMade(`nothing for ${seconds}`));
    else lose(`no answer for ${seconds}`);
  });

  const post: Line['post'] = (message, transfer) => {
    const go = (): void => sendSigned(message, transfer);
    if (held === undefined) go();
    else held.push(go);
  };
  const open = (): void => {
    const waiting = held ?? [];
    held = undefined;
    try {
      waiting.forEach((go) => go());
    } catch (error) {
      fail(error as Error);
    }
  };

  const message = (value: unknown): void => {
    const told = value as FromWorker;
    // a worker also answers while `make` waits for something that never comes
    if (told.kind !== 'serving' || !isMaking()) patience.heard();
    if (told.kind === 'serving') open();
    else if (told.to !== from) return;
    else if (told.kind === 'held') lineLock(port, from, () => lose('its end'));
    else if (told.kind === 'ended') calls.end(told.call, told.error && errorOf(told.error));
    else hear(told);
    if (held === undefined && !calls.areWaiting()) patience.end();
  };
  const unlisten = listen(port, {
    message,
    error: (cause) => {
      // a web worker survives an uncaught error, which the page reports
      if (typeof port.on === 'function' || held !== undefined) lose(textOf(cause), cause);
    },
    end: (code) => lose(code === undefined ? 'its end' : `its end, with code ${code}`),
  });
  hello();
  patience.begin();
  return {
    post,
    call(asked, transfer) {
      const end = calls.begin(asked.kind, (call) => post({ ...asked, call }, transfer));
      patience.begin();
      return end;
    },
    isOpen: () => held === undefined,
    hangUp: () => sendSigned({ kind: 'close' }),
    end(error) {
      unlisten();
      patience.end();
      calls.endAll(error);
    },
  };
}

/** Pending calls by number; the other side reports the end of each. */
function createCalls() {
  const waiting = new Map<number, { readonly kind: Call['kind']; end(error?: Error): void }>();
  let count = 0;
  return {
    /** Whether a call waits for its end, of this kind if one is given. */
    areWaiting: (kind?: Call['kind']) => [...waiting.values()].some((call) => kind === undefined || call.kind === kind),
    begin: (kind: Call['kind'], post: (call: number) => void): Promise<void> =>
      new Promise((resolve, reject) => {
        post(++count);
        waiting.set(count, { kind, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    end(call: number, error?: Error): void {
      waiting.get(call)?.end(error);
      waiting.delete(call);
    },
    endAll(error: Error): void {
      waiting.forEach(({ end }) => end(error));
      waiting.clear();
    },
  };
}

function notMade(seen: string): Error {
  return unusable('connectRun', 'make', 'must give a run in time', { seen, fix: 'Raise `timeout`.' });
}

function workerLost(isOpen: boolean, seen: string, cause?: unknown): Error {
  const rule = isOpen ? 'must last as long as the run' : 'must lead to a worker that loads and calls serveRun';
  const fix = isOpen ? '' : 'Look at the address of its script, and at what it imports.';
  return Object.assign(unusable('connectRun', 'port', rule, { seen, fix }), { cause });
}
